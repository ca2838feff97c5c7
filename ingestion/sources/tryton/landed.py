"""What the landing zone already has of the opportunities' revisions."""

from collections.abc import Iterable
from typing import Any

import duckdb

from ingestion.landing import is_landed
from jalur.paths import Home

TABLE = "opportunity_revisions"
_ID = "cast(split_part(record_id, '|', 1) as bigint)"


def known_opportunities(home: Home, source: str) -> dict[int, bool]:
    """Every opportunity that was landed, and whether its last revision is its deletion."""
    text = f"select {_ID}, max_by(is_deleted, source_updated_at) from {{files}} group by 1"
    return dict(_query(home, source, text, {}))


def landed_revisions(home: Home, source: str, ids: Iterable[int]) -> set[str]:
    """The keys (`id|time`) of the revisions of some opportunities."""
    text = f"select distinct record_id from {{files}} where {_ID} in (select unnest($ids))"
    return {key for (key,) in _query(home, source, text, {"ids": list(ids)})}


def _query(
    home: Home, source: str, text: str, parameters: dict[str, object]
) -> list[tuple[Any, ...]]:
    if not is_landed(home, source, TABLE):
        return []
    pattern = str(home.landed_table(source, TABLE) / "*.parquet")
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        return connection.execute(
            text.format(files="read_parquet($pattern)"), parameters | {"pattern": pattern}
        ).fetchall()
