"""What lies in the landing zone: the exact columns of the contract, appended and typed."""

import hashlib
import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.contract import ENTITIES
from ingestion.landing import LANDED, QUARANTINE
from tests.ingestion.desk import DEALS, Desk

UTC_MOMENT = pa.timestamp("us", "UTC")


def test_landed_rows_have_the_columns_and_types_of_the_contract(real_desk: Desk) -> None:
    desk = real_desk
    desk.write("deals.csv", DEALS + ",new,nobody,,\n")
    desk.write("empty.jsonl", "")
    desk.extract()
    for entity in ENTITIES:
        (file,) = desk.home.landed_table("files", entity).glob("*.parquet")
        schema = pq.read_schema(file)
        assert schema.names == LANDED.names, entity
        assert schema.types == LANDED.types, entity
    assert LANDED.field("source_updated_at").type == LANDED.field("extracted_at").type == UTC_MOMENT
    (file,) = desk.home.landed_table("files", "_quarantine").glob("*.parquet")
    assert pq.read_schema(file).names == QUARANTINE.names
    assert pq.read_schema(file).types == QUARANTINE.types


def test_a_landed_row(real_desk: Desk) -> None:
    before = datetime.now(UTC)
    real_desk.extract()
    first, second = real_desk.landed()
    payload = json.dumps(first["payload"], sort_keys=True, separators=(",", ":"))
    assert first["record_id"] == "D1"
    assert first["payload_hash"] == hashlib.sha256(payload.encode()).hexdigest()
    assert first["is_deleted"] is False
    assert first["run_id"] == "run-1"
    assert (first["load_seq"], second["load_seq"]) == (0, 1)
    assert before <= first["extracted_at"] <= datetime.now(UTC)
    assert first["source_updated_at"] == first["extracted_at"] == second["extracted_at"]


def test_landing_appends_and_touches_no_earlier_file(real_desk: Desk) -> None:
    desk = real_desk
    desk.extract()
    before = {path: path.read_bytes() for path in desk.home.landing.rglob("*.parquet")}
    desk.write("deals.csv", DEALS.replace("Two", "2nd"))
    desk.extract()
    after = {path: path.read_bytes() for path in desk.home.landing.rglob("*.parquet")}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1
    assert desk.newest()["D2"]["name"] == "2nd"


def test_the_odd_values_pass_through_dlt(real_desk: Desk) -> None:
    desk = real_desk
    odd = "nul \0, quote \" ', emoji 😀, line\nend, null, \\N, ¬"
    quoted = odd.replace('"', '""')
    desk.write("deals.csv", f'deal_id,stage_id,name\nD1,new,"{quoted}"\nD2,new,{"x" * 10**7}\n')
    desk.extract()
    assert desk.newest()["D1"]["name"] == odd
    assert len(desk.newest()["D2"]["name"]) == 10**7


@pytest.mark.parametrize("timezone", ["Asia/Jakarta", "America/New_York"])
def test_the_business_time_zone_is_nothing_to_the_landing_zone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, timezone: str
) -> None:
    monkeypatch.setenv("JALUR_TIMEZONE", timezone)
    monkeypatch.setenv("TZ", timezone)
    desk.write(
        "deals.csv", "deal_id,stage_id,created_at,updated_at\nD1,new,2026-01-01,2026-01-02\n"
    )
    desk.extract()
    (row,) = desk.landed()
    assert row["payload"]["created_at"] == "2026-01-01", "staging reads it, with the zone"
    assert row["source_updated_at"] == datetime(2026, 1, 2, tzinfo=UTC)
