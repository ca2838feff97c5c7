"""Staging has a keyed hash and the domain of a lead's address, and the key is nowhere."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb

from jalur.personal_data import KEY_VARIABLE, address_hash
from tests.marts.warehouse import land
from tests.warehouse import build

KEY = "canary-key-of-personal-data"
ADDRESSES = {
    "L1": " \tAnn@X.example ",
    "L2": "ann@x.example",
    "L3": None,
    "L4": "no address",
    "L5": "Jörg@a@münchen.example",
}


def staged(home: Path, settings: Mapping[str, str]) -> dict[str, tuple[str | None, str | None]]:
    stages = [{"stage_id": "new", "stage_name": "New", "position": 1, "kind": "open"}]
    leads = [
        {"lead_id": name, "created_at": "2026-01-01", "email": address}
        for name, address in ADDRESSES.items()
    ]
    land(home, {"stages": stages, "leads": leads})
    build(
        home,
        datetime(2026, 2, 1),
        select="stg_files__leads int_leads_unioned",
        data_tests=False,
        settings=settings,
    )
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select table_name from duckdb_columns() where column_name = 'email'"
        ).fetchall()
        assert columns == []
        rows = connection.execute(
            "select lead_id, email_hash, email_domain from staging.stg_files__leads"
        ).fetchall()
        again = connection.execute(
            "select lead_id, email_hash, email_domain from intermediate.int_leads_unioned"
        ).fetchall()
    assert sorted(again) == sorted(rows)
    return {name: (hashed, domain) for name, hashed, domain in rows}


def test_addresses_are_staged_as_hash_and_domain(tmp_path: Path) -> None:
    found = staged(tmp_path, {KEY_VARIABLE: KEY})
    assert found == {
        "L1": (address_hash(KEY, "ann@x.example"), "x.example"),
        "L2": (address_hash(KEY, "ann@x.example"), "x.example"),
        "L3": (None, None),
        "L4": (address_hash(KEY, "no address"), None),
        "L5": (address_hash(KEY, "jörg@a@münchen.example"), "münchen.example"),
    }
    holders = [p for p in tmp_path.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]
    assert holders == []


def test_without_a_key_the_domain_stays(tmp_path: Path) -> None:
    found = staged(tmp_path, {})
    assert {hashed for hashed, _ in found.values()} == {None}
    assert found["L1"] == (None, "x.example")
