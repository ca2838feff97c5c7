"""Which files were read before, and what the reading counted: rows of the operational state."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.contract import ENTITIES
from ingestion.landing import is_landed
from jalur.paths import Home
from jalur.state import open_state

# Raised when the same file would land differently; all files are then read again.
LANDING_VERSION = "1"


@dataclass(frozen=True)
class FileReading:
    """One file of one entity as it was read last."""

    entity: str
    file: str
    fingerprint: str
    rows_read: int
    rows_quarantined: int


def fingerprint(content_hash: str, *configuration: str) -> str:
    """Changes when the content, the mapping of it or our own reading of it does."""
    return hashlib.sha256(
        "\n".join((LANDING_VERSION, content_hash, *configuration)).encode()
    ).hexdigest()


def last_readings(home: Home, source: str) -> dict[tuple[str, str], FileReading]:
    """The last reading of every file of a source, by entity and file.

    Entities that have no file in the landing zone any more were, for us, never read.
    """
    with open_state(home) as state:
        rows = state.execute(
            "select entity, file, fingerprint, rows_read, rows_quarantined"
            " from file_fingerprints where source = ?",
            (source,),
        ).fetchall()
    readings = [FileReading(*row) for row in rows]
    landed = {entity for entity in ENTITIES if is_landed(home, source, entity)}
    return {(r.entity, r.file): r for r in readings if r.entity in landed}


def save_readings(home: Home, source: str, run_id: str, readings: Iterable[FileReading]) -> None:
    """Replace what is known of the source's files: those not named are gone."""
    with open_state(home) as state:
        state.execute("delete from file_fingerprints where source = ?", (source,))
        state.executemany(
            "insert into file_fingerprints (source, entity, file, fingerprint, rows_read,"
            " rows_quarantined, run_id) values (?, ?, ?, ?, ?, ?, ?)",
            [
                (source, r.entity, r.file, r.fingerprint, r.rows_read, r.rows_quarantined, run_id)
                for r in readings
            ],
        )


def save_volumes(home: Home, source: str, run_id: str, volumes: dict[str, int]) -> None:
    """Remember the rows per entity of this run; a published run's are the next ones' measure.

    Those of earlier runs that were not published are forgotten.
    """
    with open_state(home) as state:
        state.execute(
            "delete from entity_volumes where source = ?"
            " and run_id not in (select run_id from publications)",
            (source,),
        )
        state.executemany(
            "insert or replace into entity_volumes (run_id, source, entity, rows)"
            " values (?, ?, ?, ?)",
            [(run_id, source, entity, rows) for entity, rows in volumes.items()],
        )


def published_volumes(home: Home, source: str) -> dict[str, int]:
    """Rows per entity in the last published run that had this source; empty before the first."""
    with open_state(home) as state:
        rows = state.execute(
            "select entity, rows from entity_volumes where source = ? and run_id = ("
            " select v.run_id from entity_volumes v join publications p on p.run_id = v.run_id"
            " where v.source = ? order by p.published_at desc limit 1)",
            (source, source),
        ).fetchall()
    return {row["entity"]: row["rows"] for row in rows}
