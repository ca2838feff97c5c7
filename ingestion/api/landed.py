"""What the landing zone has of a stream: for deletions that only a source's silence tells of."""

from collections.abc import Sequence
from typing import Any

import duckdb

from ingestion.landing import is_landed
from jalur.paths import Home

_NEWEST = (
    " qualify row_number() over (partition by record_id"
    " order by source_updated_at desc, extracted_at desc, load_seq desc) = 1"
)


def last_payloads(home: Home, source: str, table: str, ids: Sequence[str]) -> dict[str, str]:
    """The payload of the newest version of each of these records that was landed."""
    if not ids or not is_landed(home, source, table):
        return {}
    rows = _query(
        home,
        source,
        table,
        "select record_id, payload from {files} where record_id in (select unnest($ids))",
        {"ids": list(ids)},
    )
    return dict(rows)


def ids_present(home: Home, source: str, table: str) -> set[str]:
    """Ids of the records whose newest version is no deletion."""
    return _ids(home, source, table, is_deleted=False)


def ids_deleted(home: Home, source: str, table: str) -> set[str]:
    """Ids of the records whose newest version is a deletion."""
    return _ids(home, source, table, is_deleted=True)


def _ids(home: Home, source: str, table: str, *, is_deleted: bool) -> set[str]:
    if not is_landed(home, source, table):
        return set()
    text = "select record_id, is_deleted from {files}"
    rows = _query(home, source, table, text, {})
    return {record_id for record_id, deleted in rows if deleted == is_deleted}


def _query(
    home: Home, source: str, table: str, text: str, parameters: dict[str, object]
) -> list[tuple[Any, ...]]:
    pattern = str(home.landed_table(source, table) / "*.parquet")
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        return connection.execute(
            text.format(files="read_parquet($pattern)") + _NEWEST,
            parameters | {"pattern": pattern},
        ).fetchall()
