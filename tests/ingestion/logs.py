"""Landed tables written row by row, and read as staging reads them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.landing import LANDED, QUARANTINE, schema_of
from jalur.files import Place
from jalur.paths import Home

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


def version(record_id: str, day: float, *, updated: float | None = None, **values: Any) -> Row:
    """A version that arrived on a day of January, and is as old as that or as told."""
    return {
        "record_id": record_id,
        "source_updated_at": at(day if updated is None else updated),
        "is_deleted": False,
        "payload": f'{{"day":"{day}"}}',
        "payload_hash": f"{record_id} {day} {updated}",
        "extracted_at": at(day),
        "run_id": f"run-{day}",
        "load_seq": 0,
    } | values


def at(day: float) -> datetime:
    return BEGINNING + timedelta(days=day - 1)


def write(home: Home, source: str, table: str, name: str, rows: Sequence[Row]) -> Place:
    folder = home.landed_table(source, table)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    with path.open("wb") as file:
        pq.write_table(pa.Table.from_pylist(list(rows), schema=schema_of(table)), file)
    return path


def staged(home: Home, source: str, table: str) -> list[tuple[Any, ...]]:
    """Every row that staging sees, with the name of the file that it was landed in, in order.

    As the macro `landed` reads it; that this is so is tested with dbt itself.
    """
    names = (QUARANTINE if table == "_quarantine" else LANDED).names
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(
            f"""
            select {", ".join(names)}, coalesce(
                landed_file, 'raw_{source}/{table}/' || parse_filename(filename)
            ) as landed_file
            from (
                select * from read_parquet($files, filename = true, union_by_name = true)
                union all by name select null::varchar as landed_file where false
            )
            order by all
            """,
            {"files": str(home.landed_table(source, table) / "*.parquet")},
        ).fetchall()
