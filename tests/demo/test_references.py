"""Every id leads somewhere, but for the few that the truth file confesses."""

from typing import Any

import pandas as pd
import pytest

from tests.demo.conftest import Tables

REFERENCES = [
    ("accounts", "parent_account_id", "accounts", "account_id"),
    ("reps", "manager_id", "reps", "rep_id"),
    ("deals", "account_id", "accounts", "account_id"),
    ("deals", "rep_id", "reps", "rep_id"),
    ("deals", "stage_id", "stages", "stage_id"),
    ("deals", "lead_id", "leads", "lead_id"),
    ("deals", "campaign_id", "campaigns", "campaign_id"),
    ("deals", "merged_into_deal_id", "deals", "deal_id"),
    ("deal_stage_history", "deal_id", "deals", "deal_id"),
    ("deal_stage_history", "stage_id", "stages", "stage_id"),
    ("deal_field_history", "deal_id", "deals", "deal_id"),
    ("leads", "campaign_id", "campaigns", "campaign_id"),
    ("leads", "rep_id", "reps", "rep_id"),
    ("leads", "converted_deal_id", "deals", "deal_id"),
    ("lead_status_history", "lead_id", "leads", "lead_id"),
    ("activities", "deal_id", "deals", "deal_id"),
    ("activities", "lead_id", "leads", "lead_id"),
    ("activities", "rep_id", "reps", "rep_id"),
    ("campaign_spend", "campaign_id", "campaigns", "campaign_id"),
    ("touchpoints", "campaign_id", "campaigns", "campaign_id"),
    ("touchpoints", "lead_id", "leads", "lead_id"),
    ("touchpoints", "account_id", "accounts", "account_id"),
    ("touchpoints", "deal_id", "deals", "deal_id"),
    ("touchpoints", "content_id", "content", "content_id"),
    ("touchpoints", "experiment_id", "experiments", "experiment_id"),
    ("survey_responses", "account_id", "accounts", "account_id"),
    ("survey_responses", "rep_id", "reps", "rep_id"),
    ("orders", "account_id", "accounts", "account_id"),
    ("orders", "deal_id", "deals", "deal_id"),
    ("quotas", "rep_id", "reps", "rep_id"),
]


@pytest.mark.parametrize(("table", "column", "target", "key"), REFERENCES)
def test_ids_lead_somewhere(tables: Tables, table: str, column: str, target: str, key: str) -> None:
    values = tables[table][column].dropna()
    assert len(values)
    assert values.isin(tables[target][key]).all()


def test_the_dirt_is_what_the_truth_file_says(tables: Tables, truth: dict[str, Any]) -> None:
    deals = tables["deals"]
    unknown = ~deals.product_id.isin(tables["products"].product_id)
    assert unknown.sum() == truth["dirt"]["deals_with_unknown_product"] > 0
    assert deals.account_id.isna().sum() == truth["dirt"]["deals_without_account"] > 0
    ended_on = tables["campaigns"].ended_on.dropna()
    unreadable = pd.to_datetime(ended_on, format="%Y-%m-%d", errors="coerce").isna()
    assert unreadable.sum() == truth["dirt"]["unreadable_optional_dates"] == 1
    assert [row["reason"] for row in truth["dirt"]["quarantined"]] == [
        "missing_value", "bad_value", "broken_line"
    ]  # fmt: skip


def test_a_merged_deal_goes_to_one_that_lives(deals: pd.DataFrame) -> None:
    losers = deals[deals.merged_into_deal_id.notna()]
    winners = deals.loc[losers.merged_into_deal_id]
    assert winners.merged_into_deal_id.isna().all()
    assert winners.deleted_at.isna().all()
    accounts = pd.DataFrame({
        "loser": losers.account_id.to_numpy(), "winner": winners.account_id.to_numpy()
    }).dropna()  # fmt: skip
    assert accounts.loser.eq(accounts.winner).all()


def test_leads_and_deals_point_at_each_other(tables: Tables, deals: pd.DataFrame) -> None:
    leads = tables["leads"].set_index("lead_id")
    converted = leads[leads.converted_deal_id.notna()]
    assert (deals.loc[converted.converted_deal_id].lead_id.array == converted.index).all()
    assert (converted.status == "converted").all()
    assert (converted.created_at < converted.converted_at).all()
    last = tables["lead_status_history"].groupby("lead_id").status.last()
    assert last.loc[leads.index].eq(leads.status).all()


def test_money_is_positive_and_rates_never_stale(tables: Tables, deals: pd.DataFrame) -> None:
    assert (deals.amount > 0).all()
    for name, column in (("orders", "amount"), ("quotas", "amount"), ("campaign_spend", "spend")):
        assert (tables[name][column].astype(float) > 0).all(), name
    rates = tables["fx_rates"]
    assert set(rates.currency) | {"USD"} == set(deals.currency)
    days = pd.to_datetime(rates.rate_date)
    for _, dates in days.groupby(rates.currency):
        assert (dates.diff().dropna() <= pd.Timedelta(days=7)).all()
    assert days.min() < deals.created_at.min().tz_localize(None)
    assert rates.rate_to_reporting.astype(float).gt(0).all()
