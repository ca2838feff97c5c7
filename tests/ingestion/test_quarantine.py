"""The quarantine is looked at and tried again; what is settled is told by what was landed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.landing import LANDED, QUARANTINE
from ingestion.quarantine import groups, open_rows, requeue_files, requeue_records
from ingestion.sources.declared import declared_streams
from ingestion.sources.registry import STREAMS
from jalur.paths import Home
from jalur.settings import Settings
from tests.ingestion.desk import DEALS, Desk, write_parquet

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_row_of_a_file_lies_there_until_the_file_is_read_without_it(desk: Desk) -> None:
    desk.write("deals.csv", DEALS + "D3\n")
    desk.extract()
    desk.write("deals.csv", DEALS + "D3\nD4\n")
    desk.extract()
    rows = open_rows(desk.home, "files")
    # Of two readings the last one tells; the log has the rows of both.
    assert [(row.row_number, row.text) for row in rows] == [(4, "D3"), (5, "D4")]
    assert all("fields" in row.remedy for row in rows)
    [group] = groups(rows)
    assert (group.entity, group.reason, group.rows) == ("deals", "broken_line", 2)
    assert group.newest_run == "run-2"
    desk.write("deals.csv", DEALS)
    desk.extract()
    assert open_rows(desk.home, "files") == []


def test_requeue_has_the_file_read_again_and_lands_nothing_twice(desk: Desk) -> None:
    desk.write("deals.csv", DEALS + "D3\n")
    assert desk.land().rows_read == 3
    assert desk.land().rows_read == 0
    done = requeue_files(desk.home, "files", open_rows(desk.home, "files"))
    assert done.files == ("deals.csv",)
    assert open_rows(desk.home, "files"), "not settled before it was read"
    again = desk.land()
    assert (again.rows_read, again.rows_landed, again.rows_quarantined) == (3, 0, 1)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr("ingestion.quarantine.land", write_parquet)
    return Home(tmp_path)


def quarantine(
    home: Home, *records: Any, source: str = "hubspot", entity: str = "contacts"
) -> None:
    rows = [
        {
            "entity": entity,
            "file": "page",
            "row_number": number,
            "field": "updatedAt",
            "reason": "missing_value",
            "detail": "the update time is missing",
            "record_text": record if isinstance(record, str) else orjson.dumps(record).decode(),
            "run_id": "run-1",
            "extracted_at": NOON,
        }
        for number, record in enumerate(records)
    ]
    folder = home.landed_table(source, "_quarantine")
    folder.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=QUARANTINE), folder / "1.parquet")


def landed(home: Home) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(
            "select record_id, source_updated_at, payload from read_parquet($files) order by all",
            {"files": str(home.landed_table("hubspot", "contacts") / "*.parquet")},
        ).fetchall()


def test_records_of_an_api_are_landed_once_they_can_be_read(home: Home) -> None:
    readable = {"updatedAt": "2026-03-01T00:00:00Z", "id": "7", "properties": {}}
    quarantine(home, readable, readable, {"id": "8"}, '{"cut off')
    streams = declared_streams("hubspot", Settings(_env_file=None, home=home.root))
    done = requeue_records(home, "hubspot", open_rows(home, "hubspot"), streams)
    assert (done.landed, done.unreadable) == (1, 2)
    [(record_id, updated_at, payload)] = landed(home)
    assert (record_id, updated_at) == ("7", datetime(2026, 3, 1, tzinfo=UTC))
    assert payload == orjson.dumps(readable).decode(), "exactly what the source sent"
    # It is in the log still, and shown no more; and a second try lands nothing.
    assert [row.row_number for row in open_rows(home, "hubspot")] == [2, 3]
    again = requeue_records(home, "hubspot", open_rows(home, "hubspot"), streams)
    assert (again.landed, len(landed(home))) == (0, 1)
    assert set(pq.read_schema(next(home.landing.rglob("contacts/*.parquet"))).names) == set(
        LANDED.names
    )


REVISION = {"id": 7, "revised_at": "2026-03-01T00:00:00.000001+00:00", "is_deleted": False}


@pytest.mark.parametrize("source", STREAMS)
def test_every_source_over_an_api_says_how_its_records_are_read(source: str, home: Home) -> None:
    streams = declared_streams(source, Settings(_env_file=None, home=home.root))
    assert tuple(streams) == STREAMS[source]


@pytest.mark.parametrize(
    ("source", "entity", "record", "record_id"),
    [
        (
            "salesforce",
            "opportunity",
            {"Id": "006A", "SystemModstamp": "2026-03-01T00:00:00.000+0000", "IsDeleted": False},
            "006A",
        ),
        ("tryton", "opportunity_revisions", REVISION, f"7|{REVISION['revised_at']}"),
    ],
)
def test_records_of_other_apis_are_landed_as_well(
    home: Home, source: str, entity: str, record: dict[str, Any], record_id: str
) -> None:
    unreadable = {name: value for name, value in record.items() if name.lower() != "id"}
    quarantine(home, record, unreadable, source=source, entity=entity)
    streams = declared_streams(source, Settings(_env_file=None, home=home.root))
    done = requeue_records(home, source, open_rows(home, source), streams)
    assert (done.landed, done.unreadable) == (1, 1)
    files = str(home.landed_table(source, entity) / "*.parquet")
    assert duckdb.execute("select record_id from read_parquet(?)", [files]).fetchall() == [
        (record_id,)
    ]
