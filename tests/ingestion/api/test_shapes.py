"""What a source changes in its records is noticed, once."""

from pathlib import Path
from typing import Any

import pytest

from ingestion.api.shapes import ENOUGH_RECORDS, Shapes, compare, remember
from jalur.paths import Home
from tests.ingestion.api.portal import Desk


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def told(home: Home, *records: Any) -> str:
    """What is told of these records after all that came before."""
    shapes = Shapes()
    shapes.add(records)
    check = compare(home, "crm", "deals", shapes)
    remember(home, "crm", "deals", shapes)
    assert (check.status == "failed") == bool(check.detail)
    return check.detail


def test_the_first_records_are_no_news(home: Home) -> None:
    assert told(home, {"id": "1", "properties": {"amount": "5"}}) == ""
    assert told(home, {"id": "2", "properties": {"amount": "7"}}) == ""


def test_a_new_field_is_told_once(home: Home) -> None:
    told(home, {"id": "1", "properties": {"amount": "5"}})
    changed = {"id": "1", "properties": {"amount": "5", "tier": "gold"}}
    assert told(home, changed) == "properties.tier is new"
    assert told(home, changed) == ""


def test_another_kind_is_told(home: Home) -> None:
    told(home, {"id": "1", "amount": "5"})
    assert told(home, {"id": "1", "amount": 5}) == "amount was text and is number"
    # Both are known from now on, and nothing is of no kind.
    assert told(home, {"id": "1", "amount": "5"}, {"id": "2", "amount": None}) == ""


def test_what_was_always_empty_may_be_of_any_kind(home: Home) -> None:
    told(home, {"id": "1", "amount": None})
    assert told(home, {"id": "1", "amount": 5}) == ""


def test_a_field_is_missing_only_where_enough_came(home: Home) -> None:
    told(home, {"id": "1", "tier": "gold"})
    assert told(home, {"id": "2"}) == ""
    assert told(home, *[{"id": str(n)} for n in range(ENOUGH_RECORDS)]) == "tier is missing"
    assert told(home, *[{"id": str(n)} for n in range(ENOUGH_RECORDS)]) == ""


def test_what_is_no_object_has_no_fields(home: Home) -> None:
    assert told(home, "text", None, ["list"]) == ""


def test_a_property_that_people_define_is_landed_and_told(desk: Desk) -> None:
    deal = desk.store.create("deals", {"dealname": "One"})
    desk.extract()
    desk.store.define("deals", "tier")
    desk.store.clock.advance(3600)
    desk.store.update("deals", deal, {"tier": "gold"})
    extraction = desk.extract()
    (check,) = [c for c in extraction.checks if c.check_name == "deals_fields_as_before"]
    assert (check.status, check.detail) == ("failed", "properties.tier is new")
    assert desk.landed("deals")[str(deal)][1]["properties"]["tier"] == "gold"
