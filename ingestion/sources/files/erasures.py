"""Candidates without the persons who were erased: so a file that still has them is no news."""

import duckdb

from ingestion.erased import Eraser
from ingestion.persons import payload_hash

ROWS_AT_ONCE = 10_000


def erase_candidates(connection: duckdb.DuckDBPyConnection, entity: str, eraser: Eraser) -> None:
    """Empty the payloads of erased persons, and hash them anew, before anything is compared."""
    if eraser.erased.is_empty:
        return
    rows = connection.cursor().execute(
        f"select rowid, record_id, payload from {entity} where payload is not null"
        " and (list_contains($ids, record_id) or contains(payload, '@'))",
        {"ids": sorted(eraser.erased.ids(entity))},
    )
    changed = []
    while some := rows.fetchmany(ROWS_AT_ONCE):
        for row, record_id, payload in some:
            text = eraser.payload(entity, record_id, payload)
            if text != payload:
                changed.append((text, payload_hash(text), row))
    if changed:
        connection.executemany(
            f"update {entity} set payload = $1, payload_hash = $2 where rowid = $3", changed
        )
