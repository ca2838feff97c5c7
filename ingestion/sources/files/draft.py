"""A first mapping for a folder of CSV files: guesses from the names of files and columns."""

import csv
import json
from difflib import SequenceMatcher
from pathlib import Path

from ingestion.contract import ENTITIES, Column
from ingestion.sources.files.csv_reader import LONGEST_FIELD, read_header, with_bom
from ingestion.sources.files.snapshot import detect_encoding
from jalur.errors import ConfigurationError

# What other tools call it, beside our own names.
ENTITY_WORDS = {
    "deals": ("deal", "opportunit", "pipeline", "sales_pipeline"),
    "accounts": ("account", "compan", "customer", "organization"),
    "reps": ("rep", "owner", "user", "agent", "team"),
    "products": ("product",),
    "stages": ("stage",),
    "leads": ("lead",),
    "activities": ("activit", "task", "call", "meeting"),
    "campaigns": ("campaign",),
    "orders": ("order", "invoice"),
}
COLUMN_WORDS = {
    "deal_id": ("opportunity_id", "opportunity id", "deal id", "record id", "id"),
    "stage_id": ("stage", "deal_stage", "stage name", "status"),
    "account_id": ("account", "company", "customer", "organization"),
    "rep_id": ("sales_agent", "owner", "sales rep", "rep", "agent", "opportunity owner"),
    "product_id": ("product",),
    "amount": ("close_value", "value", "revenue", "amount", "deal value"),
    "created_at": ("engage_date", "create date", "created", "created date", "createdate"),
    "closed_at": ("close_date", "close date", "closed", "closed date", "closedate"),
    "name": ("deal name", "opportunity name", "title", "account", "product", "sales_agent"),
    "industry": ("sector", "industry"),
    "employee_count": ("employees", "number of employees"),
    "annual_revenue": ("revenue", "annual revenue"),
    "country": ("office_location", "country", "billing country"),
    "parent_account_id": ("subsidiary_of", "parent", "parent account"),
    "team": ("manager", "team"),
    "region": ("regional_office", "region", "territory"),
    "family": ("series", "product family", "category"),
    "list_price": ("sales_price", "price", "list price"),
    "lead_source": ("source", "lead source"),
}
WON_WORDS, LOST_WORDS = ("won", "closed won", "win"), ("lost", "closed lost", "lose")
MOST_STAGES = 40
CLOSE_ENOUGH = 0.84


def draft_mapping(folder: Path) -> str:
    """TOML text that maps what it recognises and lists the rest as comments.

    Raises `ConfigurationError` where the folder has no CSV file.
    """
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    if not paths:
        raise ConfigurationError(f"{folder}: no CSV files there; name the folder with your exports")
    headers = {path: _header(path) for path in paths}
    guessed = _guess_entities(headers)
    parts = [
        "# A first mapping, guessed from names: read every line and correct what is wrong.",
        '# our_column = "your column"; required columns without a guess are marked REQUIRED.',
    ]
    for entity, path in guessed.items():
        parts.append(_entity_part(entity, path, headers[path]))
    if "stages" not in guessed and "deals" in guessed:
        has_history = "deal_stage_history" in guessed
        path = guessed["deals"]
        parts.append(_stages_part(path, headers[path], has_history=has_history))
    left = [path.name for path in paths if path not in guessed.values()]
    if left:
        parts.append(_comment(f"Not recognised: {', '.join(left)}"))
    return "\n\n".join(parts) + "\n"


def _header(path: Path) -> tuple[str, str, list[str]]:
    """Encoding, delimiter and columns of a file."""
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        sample = handle.read(8192)
    try:
        delimiter = csv.Sniffer().sniff(sample, ",;\t|").delimiter
    except csv.Error:
        delimiter = ","
    try:
        return encoding, delimiter, read_header(path, delimiter, encoding)
    except csv.Error as error:
        raise ConfigurationError(
            f"{path.name}: the line of column names cannot be read ({error}); correct its quotes"
        ) from error


def _guess_entities(headers: dict[Path, tuple[str, str, list[str]]]) -> dict[str, Path]:
    guessed: dict[str, Path] = {}
    for entity, declaration in ENTITIES.items():
        words = (entity, *ENTITY_WORDS.get(entity, ()))
        scores = {}
        for path, (_, _, header) in headers.items():
            named = any(word in path.stem.lower() for word in words)
            known = sum(
                _guess_column(column, header, entity) is not None for column in declaration.columns
            )
            scores[path] = (named, known)
        best = max(scores, key=lambda path: scores[path])
        if scores[best][0] and best not in guessed.values():
            guessed[entity] = best
    return guessed


def _guess_column(column: Column, header: list[str], entity: str) -> str | None:
    key = ENTITIES[entity].key[0]
    words = (column.name, *COLUMN_WORDS.get(column.name, ()))
    if column.name == key:
        words = (*words, entity.rstrip("s"), "id")
    best, score = None, 0.0
    for theirs in header:
        plain = theirs.lower().replace(" ", "_")
        for place, word in enumerate(words):
            ratio = SequenceMatcher(None, plain, word.replace(" ", "_")).ratio() - place * 0.001
            if ratio > score:
                best, score = theirs, ratio
    return best if score >= CLOSE_ENOUGH else None


def _entity_part(entity: str, path: Path, header: tuple[str, str, list[str]]) -> str:
    encoding, delimiter, columns = header
    lines = [f"[{entity}]", f"file = {_quoted(path.name)}"]
    if delimiter != ",":
        lines.append(f"delimiter = {_quoted(delimiter)}")
    if encoding != "utf-8":
        lines.append(f"encoding = {_quoted(encoding)}")
    lines.append(f"[{entity}.columns]")
    used = set()
    for column in ENTITIES[entity].columns:
        theirs = _guess_column(column, columns, entity)
        if theirs is not None and theirs != column.name:
            lines.append(f"{column.name} = {_quoted(theirs)}")
        elif theirs is None and column.required:
            lines.append(f'# REQUIRED {column.name} = "?"')
        used.add(theirs)
    unused = [column for column in columns if column not in used]
    if unused:
        lines.append(_comment(f"kept as they are: {', '.join(unused)}"))
    return "\n".join(lines)


def _stages_part(path: Path, header: tuple[str, str, list[str]], *, has_history: bool) -> str:
    theirs = _guess_deal_column("stage_id", header[2])
    if theirs is None:
        return "# REQUIRED: list your stages as [[stages.rows]]"
    stages = _stages_of(path, header, theirs)
    lines = [_comment(f"The values of '{theirs}'. Order them; kind is open, won or lost.")]
    for position, name in enumerate(stages, start=1):
        lines += [
            "",
            "[[stages.rows]]",
            f"stage_id = {_quoted(name)}",
            f"stage_name = {_quoted(name)}",
            f"position = {position}",
            f"kind = {_quoted(_kind(name))}",
        ]
    history = [] if has_history else _history_lines(stages, header[2])
    return "\n".join([*lines, "", *history] if history else lines)


def _stages_of(path: Path, header: tuple[str, str, list[str]], theirs: str) -> list[str]:
    """The values of a column: open ones first, then won, then lost; each kind by name."""
    encoding, delimiter, _ = header
    found: set[str] = set()
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding=with_bom(encoding), errors="replace", newline="") as handle:
        for row in csv.DictReader(handle, delimiter=delimiter):
            if value := (row.get(theirs) or "").strip():
                found.add(value)
            if len(found) == MOST_STAGES:
                break
    return sorted(found, key=lambda name: (_kind(name) != "open", _kind(name) == "lost", name))


def _history_lines(stages: list[str], columns: list[str]) -> list[str]:
    """Without a file of stage changes, two dates of a deal are the history that there is."""
    created, closed = (_guess_deal_column(name, columns) for name in ("created_at", "closed_at"))
    first_open = next((stage for stage in stages if _kind(stage) == "open"), None)
    dated = {first_open: created} if first_open is not None and created is not None else {}
    if closed is not None:
        dated |= {stage: closed for stage in stages if _kind(stage) != "open"}
    if not dated:
        return []
    return [
        "# No file of stage changes: these columns say when a deal entered a stage. A closed stage",
        "# counts for the deals that are in it.",
        "[deal_stage_history.from_columns]",
        *(f"{_quoted(stage)} = {_quoted(column)}" for stage, column in dated.items()),
    ]


def _guess_deal_column(name: str, columns: list[str]) -> str | None:
    column = next(column for column in ENTITIES["deals"].columns if column.name == name)
    return _guess_column(column, columns, "deals")


def _kind(name: str) -> str:
    lowered = name.lower()
    if any(word in lowered for word in WON_WORDS):
        return "won"
    return "lost" if any(word in lowered for word in LOST_WORDS) else "open"


def _comment(text: str) -> str:
    """One line, whatever characters the names in it have."""
    return "# " + "".join(letter if letter.isprintable() else " " for letter in text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
