"""What could not be read: look at it, and give it another try.

The log only grows. What is settled is told by what was landed since, so that nothing has to be
noted and nothing can disagree:

- A record of an API is settled once a row of its stream with the hash of this very record lies in
  the landing zone, whoever landed it.
- A row of a file is settled once the file was read again without it: open are those of the last
  reading that had any, as long as the last reading counts some.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import orjson

from ingestion.api.rows import Rows, add_page
from ingestion.api.stream import Page, Stream
from ingestion.landing import QUARANTINE, QUARANTINE_TABLE, is_landed, land, load_pending
from ingestion.persons import payload_hash
from ingestion.sources.registry import STREAMS
from jalur.landing_zone import connect
from jalur.paths import Home
from jalur.state import open_state

REMEDIES = {
    "broken_line": "mend the line in the file: as many fields as the header, quotes that end",
    "missing_value": "fill the field in the source",
    "bad_value": "correct the value in the source; times are ISO 8601, numbers have a point",
    "duplicate_key": "keep one of the rows with this key, or give them times in updated_at",
    "broken_record": "the source sent something else than a record; look whether it changed",
}
OTHER_REMEDY = "correct it in the source, and read it again"


@dataclass(frozen=True)
class Quarantined:
    """One row of the quarantine; `text` is None where the person in it was erased."""

    source: str
    entity: str
    file: str
    row_number: int
    field: str | None
    reason: str
    detail: str
    text: str | None
    run_id: str
    extracted_at: datetime

    @property
    def remedy(self) -> str:
        """What a person can do about it."""
        return REMEDIES.get(self.reason, OTHER_REMEDY)


@dataclass(frozen=True)
class Group:
    """How many open rows of an entity have one reason, and the newest run that brought some."""

    source: str
    entity: str
    reason: str
    rows: int
    newest_run: str


@dataclass(frozen=True)
class Requeued:
    """What `requeue` did: files that are read again, or records landed and still unreadable."""

    files: tuple[str, ...] = ()
    landed: int = 0
    unreadable: int = 0


def open_rows(home: Home, source: str) -> list[Quarantined]:
    """The rows of a source that nobody has settled, the newest first."""
    rows = _all_rows(home, source)
    keep = _unlanded(home, source, rows) if source in STREAMS else _last_read(home, source, rows)
    return sorted(keep, key=lambda row: (row.run_id, row.extracted_at), reverse=True)


def groups(rows: Iterable[Quarantined]) -> list[Group]:
    """The rows counted by source, entity and reason, in that order."""
    rows = list(rows)
    counts = Counter((row.source, row.entity, row.reason) for row in rows)
    newest: dict[tuple[str, str, str], str] = {}
    for row in rows:
        key = (row.source, row.entity, row.reason)
        newest[key] = max(newest.get(key, ""), row.run_id)
    return [Group(*key, count, newest[key]) for key, count in sorted(counts.items())]


def requeue_files(home: Home, source: str, rows: Iterable[Quarantined]) -> Requeued:
    """Forget that the files of these rows were read: the next run reads them again."""
    files = sorted({(row.entity, row.file) for row in rows})
    with open_state(home) as state:
        state.executemany(
            "delete from file_fingerprints where source = ? and entity = ? and file = ?",
            [(source, entity, file) for entity, file in files],
        )
    return Requeued(files=tuple(sorted({file for _, file in files})))


def requeue_records(
    home: Home, source: str, rows: Iterable[Quarantined], streams: Mapping[str, Stream]
) -> Requeued:
    """Land the records that can be read by now, as one package.

    A record is dated as it would have been: by its own time or, where it has none, by that of its
    quarantine. So it never passes for newer than what came after it.
    """
    landed: dict[str, Rows] = {}
    seen: set[tuple[str, str]] = set()
    unreadable, run_id = 0, f"{datetime.now(UTC):%Y%m%dT%H%M%S}-requeue"
    for row in sorted(rows, key=lambda row: row.extracted_at):
        record = _record(row.text)
        if record is None or row.entity not in streams:
            unreadable += 1
            continue
        if (row.entity, _hash(record)) in seen:
            continue
        seen.add((row.entity, _hash(record)))
        into = landed.setdefault(row.entity, Rows())
        before = len(into)
        page = Page([record], {}, row.file, row.extracted_at)
        add_page(
            into,
            streams[row.entity],
            page,
            run_id=run_id,
            first_position=before,
            last_payloads={},
        )
        unreadable += len(into) == before
    batches = {name: [each.batch()] for name, each in landed.items() if len(each)}
    if batches:
        load_pending(home, source)
        land(home, source, {name: partial(iter, part) for name, part in batches.items()})
    return Requeued(landed=sum(map(len, landed.values())), unreadable=unreadable)


def _all_rows(home: Home, source: str) -> list[Quarantined]:
    if not is_landed(home, source, QUARANTINE_TABLE):
        return []
    with connect(home) as connection:
        connection.execute("set TimeZone = 'UTC'")
        rows = connection.execute(
            f"select {', '.join(QUARANTINE.names)} from read_parquet($files)",
            {"files": str(home.landed_table(source, QUARANTINE_TABLE) / "*.parquet")},
        ).fetchall()
    return [Quarantined(source, *row) for row in rows]


def _last_read(home: Home, source: str, rows: list[Quarantined]) -> list[Quarantined]:
    newest: dict[tuple[str, str], tuple[datetime, str]] = {}
    for row in rows:
        place = (row.entity, row.file)
        newest[place] = max(
            newest.get(place, (row.extracted_at, "")), (row.extracted_at, row.run_id)
        )
    with open_state(home) as state:
        settled = {
            (found["entity"], found["file"])
            for found in state.execute(
                "select entity, file from file_fingerprints"
                " where source = ? and rows_quarantined = 0",
                (source,),
            )
        }
    return [
        row
        for row in rows
        if newest[row.entity, row.file] == (row.extracted_at, row.run_id)
        and (row.entity, row.file) not in settled
    ]


def _unlanded(home: Home, source: str, rows: list[Quarantined]) -> list[Quarantined]:
    hashes: dict[str, set[str]] = {}
    for entity in {row.entity for row in rows}:
        if is_landed(home, source, entity):
            with connect(home) as connection:
                found = connection.execute(
                    "select payload_hash from read_parquet($files)",
                    {"files": str(home.landed_table(source, entity) / "*.parquet")},
                ).fetchall()
            hashes[entity] = {each for (each,) in found}
    return [
        row
        for row in rows
        if (record := _record(row.text)) is None
        or _hash(record) not in hashes.get(row.entity, set())
    ]


def _record(text: str | None) -> object | None:
    """The record of a row; None where it was too long to be kept whole, or was erased."""
    try:
        record: object = None if text is None else orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return record


def _hash(record: object) -> str:
    return payload_hash(orjson.dumps(record, option=orjson.OPT_SORT_KEYS).decode())
