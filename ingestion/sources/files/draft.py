"""A first mapping for a folder of CSV files: guesses from the names of files and columns."""

import csv
import json
from difflib import SequenceMatcher
from pathlib import Path

from ingestion.contract import ENTITIES, Column
from ingestion.sources.files.csv_reader import read_header
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
        parts.append(_stages_part(guessed["deals"], headers[guessed["deals"]]))
    left = [path.name for path in paths if path not in guessed.values()]
    if left:
        parts.append("# Not recognised: " + ", ".join(left))
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
    return encoding, delimiter, read_header(path, delimiter, encoding)


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
        lines.append(f"# kept as they are: {', '.join(unused)}")
    return "\n".join(lines)


def _stages_part(path: Path, header: tuple[str, str, list[str]]) -> str:
    encoding, delimiter, columns = header
    stage = next(column for column in ENTITIES["deals"].columns if column.name == "stage_id")
    theirs = _guess_column(stage, columns, "deals")
    if theirs is None:
        return "# REQUIRED: list your stages as [[stages.rows]]"
    found: dict[str, int] = {}
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        for row in csv.DictReader(handle, delimiter=delimiter):
            if value := (row.get(theirs) or "").strip():
                found[value] = found.get(value, 0) + 1
    stages = sorted(found, key=lambda name: (_kind(name) != "open", _kind(name) == "lost", name))
    lines = [f"# The values of '{theirs}'. Bring them into order; kind is open, won or lost."]
    for position, name in enumerate(stages[:MOST_STAGES], start=1):
        lines += [
            "",
            "[[stages.rows]]",
            f"stage_id = {_quoted(name)}",
            f"stage_name = {_quoted(name)}",
            f"position = {position}",
            f"kind = {_quoted(_kind(name))}",
        ]
    return "\n".join(lines)


def _kind(name: str) -> str:
    lowered = name.lower()
    if any(word in lowered for word in WON_WORDS):
        return "won"
    return "lost" if any(word in lowered for word in LOST_WORDS) else "open"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
