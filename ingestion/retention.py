"""Which landed rows may go because they were superseded long ago.

`cutoff` is the earliest moment for which the landing zone must still tell the truth. At any as-of
from there on, `JALUR_HISTORY=landed` sees the newest version that had arrived by then: so a version
may go once a newer one had arrived by the cutoff. `effective` asks the newest of all only.
"""

from datetime import datetime

import numpy as np
import numpy.typing as npt

from ingestion.contract import ENTITIES
from ingestion.landing import QUARANTINE, QUARANTINE_TABLE
from ingestion.quarantine import Quarantined, open_rows
from jalur.landing_zone import connect
from jalur.paths import Home

# Positions of rows in a file, from 0 on.
Doomed = npt.NDArray[np.int64]

# Tables of which a version is one row of staging under the same id, and only the newest is asked
# for. Whatever tells a history in itself, or becomes several rows, is not among them: an older
# version may be the newest that has a stage, a link or a status in it.
_PLAIN = {
    "hubspot": {"owners", "companies"},
    "salesforce": {
        "user", "account", "contact", "campaign", "product2", "opportunity", "task", "event",
    },
    "tryton": {"employees", "campaigns", "parties"},
}  # fmt: skip
_KEPT_OF_EXPORTS = {
    "stages", "deal_stage_history", "deal_field_history", "lead_status_history",
}  # fmt: skip


def may_lose_versions(source: str, table: str) -> bool:
    """Whether superseded versions of a table are ever removed."""
    if source in {"demo", "files"}:
        return table in ENTITIES and table not in _KEPT_OF_EXPORTS
    return table in _PLAIN.get(source, set())


def doomed_rows(home: Home, source: str, table: str, cutoff: datetime) -> dict[str, Doomed]:
    """The rows of a table that may go, by file."""
    if table == QUARANTINE_TABLE:
        return _settled(home, source, cutoff)
    return _superseded(home, source, table, cutoff) if may_lose_versions(source, table) else {}


def _superseded(home: Home, source: str, table: str, cutoff: datetime) -> dict[str, Doomed]:
    """Of a record that was ever deleted everything stays: its versions tell when it was away."""
    with connect(home, "1GB") as connection:
        connection.execute("set temp_directory = $folder", {"folder": str(home.dlt / "spill")})
        rows = connection.execute(
            """
            with versions as (
                select
                    parse_filename(filename) as file, file_row_number, record_id, is_deleted,
                    source_updated_at, extracted_at, load_seq
                from read_parquet($files, filename = true, file_row_number = true)
            ),
            arrived as (
                select
                    file,
                    file_row_number,
                    rank() over (
                        partition by record_id
                        order by source_updated_at desc, extracted_at desc, load_seq desc
                    ) as place
                from versions
                where extracted_at <= $cutoff and record_id not in (
                    select deleted.record_id from versions as deleted
                    where deleted.is_deleted and deleted.record_id is not null
                )
            )
            select file, list(file_row_number) from arrived where place > 1 group by file
            """,
            {
                "files": str(home.landed_table(source, table) / "*.parquet"),
                "cutoff": cutoff,
            },
        ).fetchall()
    return {file: np.array(places, np.int64) for file, places in rows}


def _settled(home: Home, source: str, cutoff: datetime) -> dict[str, Doomed]:
    """Quarantined rows that somebody has settled; an open one waits for somebody, however old."""
    waiting = set(open_rows(home, source))
    with connect(home) as connection:
        connection.execute("set TimeZone = 'UTC'")
        rows = connection.execute(
            f"select parse_filename(filename), file_row_number, {', '.join(QUARANTINE.names)}"
            " from read_parquet($files, filename = true, file_row_number = true)"
            " where extracted_at <= $cutoff",
            {
                "files": str(home.landed_table(source, QUARANTINE_TABLE) / "*.parquet"),
                "cutoff": cutoff,
            },
        ).fetchall()
    doomed: dict[str, list[int]] = {}
    for file, place, *values in rows:
        if Quarantined(source, *values) not in waiting:
            doomed.setdefault(file, []).append(place)
    return {file: np.array(places, np.int64) for file, places in doomed.items()}
