"""What the landing zone has of a stream: for what a source does not say of its own accord."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from ingestion.landing import is_landed
from jalur.landing_zone import connect
from jalur.paths import Home

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEWEST = (
    "qualify row_number() over (partition by record_id"
    " order by source_updated_at desc, extracted_at desc, load_seq desc) = 1"
)
AMONG = "where record_id in (select unnest($ids))"
HASHES = "record_id, payload_hash, is_deleted"


def last_payloads(home: Home, source: str, table: str, ids: Sequence[str]) -> dict[str, str]:
    """The payload of the newest version of each of these records that was landed."""
    if not ids:
        return {}
    return dict(_newest(home, source, table, "record_id, payload", AMONG, {"ids": list(ids)}))


def newest_hashes(
    home: Home, source: str, table: str, ids: Sequence[str]
) -> dict[str, tuple[str, bool]]:
    """Of the newest version of each of these records its hash, and whether it is a deletion."""
    if not ids:
        return {}
    rows = _newest(home, source, table, HASHES, AMONG, {"ids": list(ids)})
    return {record_id: (digest, is_deleted) for record_id, digest, is_deleted in rows}


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
    return _present(_newest(home, source, table, HASHES))


def hashes_of_days(
    home: Home, source: str, table: str, account: str, first: date, last: date
) -> dict[str, str]:
    """The payload hashes, by record id, of an account's results of some days that are present.

    Their ids begin with the account and end with the day (ISO 8601), joined by bars.
    """
    days = (
        "where starts_with(record_id, $account) and right(record_id, 10) between $first and $last"
    )
    parameters: dict[str, object] = {
        "account": f"{account}|",
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
    return _present(_newest(home, source, table, HASHES, days, parameters))


def _present(rows: list[tuple[Any, ...]]) -> dict[str, str]:
    return {record_id: digest for record_id, digest, is_deleted in rows if not is_deleted}


def query_landed(
    home: Home,
    source: str,
    tables: Sequence[str],
    text: str,
    parameters: dict[str, object] | None = None,
) -> list[tuple[Any, ...]]:
    """The answer to a query over landed tables, each named in braces; none where one is missing."""
    if not all(is_landed(home, source, table) for table in tables):
        return []
    files = {
        table: "read_parquet('{}')".format(
            str(home.landed_table(source, table) / "*.parquet").replace("'", "''")
        )
        for table in tables
    }
    with connect(home, "1GB") as connection:
        return connection.execute(text.format(**files), parameters or {}).fetchall()


def _states(home: Home, source: str, table: str) -> list[tuple[Any, ...]]:
    # As an epoch: DuckDB needs a library of time zones to give out moments.
    columns = "record_id, is_deleted, epoch_us(source_updated_at)"
    return [
        (record_id, is_deleted, EPOCH + timedelta(microseconds=moment))
        for record_id, is_deleted, moment in _newest(home, source, table, columns)
    ]


def _newest(
    home: Home,
    source: str,
    table: str,
    columns: str,
    where: str = "",
    parameters: dict[str, object] | None = None,
) -> list[tuple[Any, ...]]:
    text = f"select {columns} from {{{table}}} {where} {NEWEST}"
    return query_landed(home, source, [table], text, parameters)
