"""What the landing zone has of a stream: for deletions that only a source's silence tells of."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import orjson

from ingestion.landing import is_landed
from jalur.paths import Home

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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


def differing(home: Home, source: str, table: str, records: Mapping[str, Any]) -> list[Any]:
    """Of these records, by their ids, those that are not landed as they are."""
    present = ids_present(home, source, table)
    landed = last_payloads(home, source, table, list(records))
    return [
        record
        for record_id, record in records.items()
        if record_id not in present or orjson.loads(landed[record_id]) != record
    ]


def count_records(home: Home, source: str, table: str) -> int:
    """How many records were landed, deleted ones too."""
    return len(_states(home, source, table))


def ids_present(home: Home, source: str, table: str) -> set[str]:
    """Ids of the records whose newest version is no deletion."""
    return {
        record_id for record_id, is_deleted, _ in _states(home, source, table) if not is_deleted
    }


def deletions(home: Home, source: str, table: str) -> dict[str, datetime]:
    """Ids of the records whose newest version is a deletion, and its time (aware)."""
    return {
        record_id: deleted_at
        for record_id, is_deleted, deleted_at in _states(home, source, table)
        if is_deleted
    }


def present_since(home: Home, source: str, table: str) -> dict[str, datetime]:
    """Ids of the records whose newest version is no deletion, and the time (aware) of that."""
    return {
        record_id: moment
        for record_id, is_deleted, moment in _states(home, source, table)
        if not is_deleted
    }


def hashes_present(home: Home, source: str, table: str) -> dict[str, str]:
    """The payload hashes, by id, of the records whose newest version is no deletion."""
    if not is_landed(home, source, table):
        return {}
    text = "select record_id, is_deleted, payload_hash from {files}"
    rows = _query(home, source, table, text, {})
    return {record_id: digest for record_id, is_deleted, digest in rows if not is_deleted}


def hashes_of_days(
    home: Home, source: str, table: str, account: str, first: date, last: date
) -> dict[str, str]:
    """The payload hashes, by record id, of an account's results of some days that are present.

    Their ids begin with the account and end with the day (ISO 8601), joined by bars.
    """
    if not is_landed(home, source, table):
        return {}
    rows = _query(
        home,
        source,
        table,
        "select record_id, is_deleted, payload_hash from {files}"
        " where starts_with(record_id, $account) and right(record_id, 10) between $first and $last",
        {"account": f"{account}|", "first": first.isoformat(), "last": last.isoformat()},
    )
    return {record_id: digest for record_id, is_deleted, digest in rows if not is_deleted}


def _states(home: Home, source: str, table: str) -> list[tuple[Any, ...]]:
    if not is_landed(home, source, table):
        return []
    # As an epoch: DuckDB needs a library of time zones to give out moments.
    text = "select record_id, is_deleted, epoch_us(source_updated_at) from {files}"
    return [
        (record_id, is_deleted, EPOCH + timedelta(microseconds=moment))
        for record_id, is_deleted, moment in _query(home, source, table, text, {})
    ]


def _query(
    home: Home, source: str, table: str, text: str, parameters: dict[str, object]
) -> list[tuple[Any, ...]]:
    pattern = str(home.landed_table(source, table) / "*.parquet")
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        return connection.execute(
            text.format(files="read_parquet($pattern)") + _NEWEST,
            parameters | {"pattern": pattern},
        ).fetchall()
