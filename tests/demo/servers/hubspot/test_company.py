"""The demo company in the portal: every deal, its past, and only the teams asked for."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from demo.servers.hubspot import Store
from demo.servers.hubspot.clock import to_text
from demo.servers.hubspot.company import fill
from demo.servers.hubspot.export_rows import number
from tests.demo.conftest import Tables

TEAM = "UK and Ireland"
HALF_WAY = datetime(2024, 12, 31, tzinfo=UTC)


def is_of_team(team: str) -> bool:
    return team == TEAM


def by_deal(deal_ids: Iterable[str], things: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for deal_id, thing in zip(deal_ids, things, strict=True):
        found[deal_id].append(thing)
    return found


@pytest.fixture(scope="session")
def store(export: Path) -> Store:
    return fill(Store(), export, is_of_team)


@pytest.fixture(scope="session")
def earlier(export: Path) -> Store:
    return fill(Store(), export, is_of_team, HALF_WAY)


@pytest.fixture(scope="session")
def expected(tables: Tables) -> pd.DataFrame:
    """The team's deals, those that were merged into one of them among them."""
    deals = tables["deals"].set_index("deal_id")
    last = deals.index.to_series()
    while (into := last.map(deals.merged_into_deal_id)).notna().any():
        last = into.fillna(last)
    rep = last.map(deals.rep_id)
    of_team = tables["reps"].query("team == @TEAM").rep_id
    return deals[rep.isin(of_team)]


def test_every_deal_is_there_once(store: Store, expected: pd.DataFrame) -> None:
    merged = expected.merged_into_deal_id.notna()
    gone = merged | expected.index.isin(expected.merged_into_deal_id.dropna())
    there = {record.properties["demo_id"] for record in store.after("deals")}
    assert there == set(expected.index[~merged])
    plain = {record.id for record in store.after("deals") if record.id < 88_000_000}
    assert plain == {number(deal) for deal in expected.index[~gone]}
    for deal in expected.index[merged]:
        assert str(number(deal)) in store["deals", number(deal)].properties["hs_merged_object_ids"]
    assert merged.sum() > 3


def test_deleted_deals_are_in_the_recycling_bin(store: Store, expected: pd.DataFrame) -> None:
    deleted = expected[expected.is_deleted == "true"]
    archived = {r.properties["demo_id"]: r for r in store.after("deals") if r.archived}
    assert set(archived) == set(deleted.index)
    for deal, row in deleted.iterrows():
        assert to_text(archived[str(deal)].archived_at or 0) == row.deleted_at


def test_stage_and_amount_histories_are_the_demos(
    store: Store, expected: pd.DataFrame, tables: Tables, entries: pd.DataFrame
) -> None:
    # A value that is written again is no change.
    changes = entries[entries.stage_id != entries.from_stage_id]
    moments = changes.entered_at.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    stages = by_deal(changes.deal_id, zip(changes.stage_id, moments, strict=True))
    changes = tables["deal_field_history"].query("field == 'amount'")
    amounts = by_deal(changes.deal_id, changes.value)
    compared = 0
    for record in store.after("deals"):
        deal = record.properties["demo_id"]
        if record.id > 88_000_000 or deal not in stages:
            continue
        history = [(change.value, to_text(change.at)) for change in record.history("dealstage")]
        assert history == stages[deal]
        values = [value for value, _ in groupby(amounts[deal])]
        assert [change.value for change in record.history("amount")] == values
        assert record.properties["amount"] == expected.amount[deal]
        compared += 1
    assert compared > 1000


def test_a_deal_leads_to_its_company_contact_and_activities(store: Store) -> None:
    def ends(kind: str) -> set[str]:
        return {
            store[kind, end].properties["demo_id"]
            for deal in store.after("deals")
            for end in store.linked("deals", deal.id, kind)
        }

    assert len(ends("companies")) > 100
    assert len(ends("contacts")) > 100
    assert len(ends("meetings")) > 100


def test_only_the_team_is_there_but_all_owners(store: Store, tables: Tables) -> None:
    reps = set(tables["reps"].query("team == @TEAM").rep_id.map(number).map(str))
    assert {c.properties["hubspot_owner_id"] for c in store.after("contacts")} <= reps
    owners = store.directory.owners
    assert len(owners) == len(tables["reps"])
    left = set(tables["reps"].query("is_active == 'false'").rep_id.map(number))
    assert {owner.id for owner in owners.values() if owner.archived} == left


def test_a_store_until_a_moment_is_the_same_portal_earlier(store: Store, earlier: Store) -> None:
    end = to_text(int(HALF_WAY.timestamp() * 1000))
    then = {record.id: record for record in earlier.after("deals")}
    assert 0 < len(then) < sum(1 for _ in store.after("deals"))
    assert max(to_text(record.updated_at) for record in then.values()) <= end
    still_open = 0
    for id_, record in then.items():
        now = store["deals", id_]
        if now.id != id_:
            continue
        past = [change for change in now.history("dealstage") if to_text(change.at) <= end]
        assert record.history("dealstage") == past
        still_open += record.properties["dealstage"] != now.properties["dealstage"]
    assert still_open > 50


def test_a_contact_has_its_status_history(store: Store, tables: Tables) -> None:
    history = tables["lead_status_history"].groupby("lead_id")
    contact = next(r for r in store.after("contacts") if len(r.history("hs_lead_status")) > 2)
    rows = history.get_group(contact.properties["demo_id"])
    times = [to_text(change.at) for change in contact.history("hs_lead_status")]
    assert times == list(rows.changed_at)


def test_campaigns_have_their_spend(store: Store, tables: Tables) -> None:
    spend = tables["campaign_spend"].astype({"spend": float}).groupby("campaign_id").spend.sum()
    for campaign in store.marketing.campaigns:
        total = sum(item.amount for item in campaign.spend)
        assert total == pytest.approx(spend[campaign.properties["hs_utm"]], abs=0.1)
    assert len(store.marketing.campaigns) == len(tables["campaigns"])
