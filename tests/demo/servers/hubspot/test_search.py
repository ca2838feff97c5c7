"""Searching: every operator, order, pages, and where it refuses."""

from typing import Any

import pytest

from tests.demo.servers.hubspot.conftest import NOON, Desk

SEARCH = "/crm/objects/2026-09/deals/search"


@pytest.fixture
def deals(desk: Desk) -> dict[int, str]:
    """Four deals, modified an hour apart, by id."""
    amounts = {"Ash": "5", "Birch": "10", "Cedar": "90", "Doum": ""}
    made = {}
    for name, amount in amounts.items():
        properties = {"dealname": name, "dealstage": "won" if name == "Ash" else "open"}
        made[desk.store.create("deals", properties | ({"amount": amount} if amount else {}))] = name
        desk.store.clock.advance(3600)
    return made


def found(desk: Desk, deals: dict[int, str], *filters: dict[str, Any], **body: Any) -> str:
    groups = [{"filters": list(filters)}] if filters else []
    answer = desk.send(SEARCH, filterGroups=groups, **body)
    assert answer.status_code == 200, answer.text
    return " ".join(deals[int(each["id"])] for each in answer.json()["results"])


def rule(name: str, operator: str, **values: Any) -> dict[str, Any]:
    return {"propertyName": name, "operator": operator, **values}


@pytest.mark.parametrize(
    ("filter_", "names"),
    [
        (rule("dealname", "EQ", value="birch"), "Birch"),
        (rule("amount", "EQ", value="10.0"), "Birch"),
        (rule("amount", "NEQ", value="10"), "Ash Cedar Doum"),
        (rule("amount", "LT", value="10"), "Ash"),
        (rule("amount", "LTE", value="10"), "Ash Birch"),
        (rule("amount", "GT", value="10"), "Cedar"),
        (rule("amount", "GTE", value=10), "Birch Cedar"),
        (rule("amount", "BETWEEN", value="6", highValue="90"), "Birch Cedar"),
        (rule("dealname", "IN", values=["ash", "Birch"]), "Ash"),
        (rule("dealname", "NOT_IN", values=["ash"]), "Birch Cedar Doum"),
        (rule("amount", "HAS_PROPERTY"), "Ash Birch Cedar"),
        (rule("amount", "NOT_HAS_PROPERTY"), "Doum"),
        (rule("hs_lastmodifieddate", "GTE", value="2026-03-02T14:00:00Z"), "Cedar Doum"),
        (
            rule("hs_lastmodifieddate", "GT", value=str(int(NOON.timestamp() * 1000))),
            "Birch Cedar Doum",
        ),
    ],
)
def test_operators(desk: Desk, deals: dict[int, str], filter_: dict[str, Any], names: str) -> None:
    assert found(desk, deals, filter_) == names


def test_filters_of_a_group_all_hold_and_of_groups_any(desk: Desk, deals: dict[int, str]) -> None:
    stage = rule("dealstage", "EQ", value="open")
    small = rule("amount", "LT", value="50")
    assert found(desk, deals, stage, small) == "Birch"
    groups = [{"filters": [stage]}, {"filters": [small]}]
    assert desk.send(SEARCH, filterGroups=groups).json()["total"] == 4


def test_order_and_pages(desk: Desk, deals: dict[int, str]) -> None:
    down = [{"propertyName": "amount", "direction": "DESCENDING"}]
    assert found(desk, deals, sorts=down) == "Cedar Birch Ash Doum"
    assert found(desk, deals, sorts=["-dealname"]) == "Doum Cedar Birch Ash"
    first = desk.send(SEARCH, limit=3, sorts=["dealname"]).json()
    assert (first["total"], first["paging"]["next"]["after"]) == (4, "3")
    assert found(desk, deals, limit=3, after="3", sorts=["dealname"]) == "Doum"


def test_a_search_gives_what_is_asked_for(desk: Desk, deals: dict[int, str]) -> None:
    (first, *_) = desk.send(SEARCH, properties=["closedate"]).json()["results"]
    always = {"createdate", "hs_lastmodifieddate", "hs_object_id"}
    assert set(first["properties"]) == {"closedate", *always}
    assert "propertiesWithHistory" not in first


def test_archived_records_are_not_found(desk: Desk, deals: dict[int, str]) -> None:
    desk.store.archive("deals", next(iter(deals)))
    assert found(desk, deals) == "Birch Cedar Doum"


def test_changes_may_stay_out_for_a_while(desk: Desk, deals: dict[int, str]) -> None:
    desk.server.portal.search_lag_seconds = 3601
    assert found(desk, deals) == "Ash Birch Cedar"
    desk.store.clock.advance(1)
    assert found(desk, deals) == "Ash Birch Cedar Doum"


def test_never_beyond_ten_thousand(desk: Desk, deals: dict[int, str]) -> None:
    assert desk.send(SEARCH, limit=200, after="9800").status_code == 200
    assert desk.send(SEARCH, limit=200, after="9801").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": "many"},
        {"sorts": ["dealname", "amount"]},
        {"sorts": ["nonsense"]},
        {"filterGroups": [{"filters": [rule("nonsense", "EQ", value="1")]}]},
        {"filterGroups": [{"filters": [rule("amount", "EQ", value="much")]}]},
        {"filterGroups": [{"filters": [rule("amount", "LIKE", value="1")]}]},
        {"filterGroups": [{"filters": [rule("amount", "IN", values=[])]}]},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [rule("amount", "HAS_PROPERTY")] * 7}]},
        {"properties": ["a" * 3_000]},
    ],
)
def test_refusals(desk: Desk, body: dict[str, Any]) -> None:
    answer = desk.send(SEARCH, **body)
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")
