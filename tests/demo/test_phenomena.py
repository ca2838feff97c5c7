"""Everything that a real CRM shows and the design names is in the demo, and the sums look alive."""

from typing import Any

import pandas as pd
import pytest

from demo import LAST_DAY, world
from tests.demo.conftest import Tables


def test_every_way_of_moving_occurs(entries: pd.DataFrame, tables: Tables) -> None:
    open_ranks = entries.position
    changes = entries[entries.from_stage_id.notna() & (entries.stage_id != entries.from_stage_id)]
    same_pipeline = changes[changes.pipeline_id == changes.from_pipeline_id]
    steps = (open_ranks - entries.from_position).loc[same_pipeline.index]
    between_open = (same_pipeline.kind == "open") & (same_pipeline.from_kind == "open")
    assert (between_open & (steps == 1)).sum() > 10_000
    assert (between_open & (steps > 1)).sum() > 300, "skips"
    assert (between_open & (steps < 0)).sum() > 300, "backward"
    reopened = (same_pipeline.kind == "open") & (same_pipeline.from_kind != "open")
    assert (reopened & (same_pipeline.from_kind == "won")).sum() > 5
    assert (reopened & (same_pipeline.from_kind == "lost")).sum() > 100
    assert ((same_pipeline.kind == "won") & (same_pipeline.from_kind == "lost")).sum() > 5
    assert (changes.pipeline_id != changes.from_pipeline_id).sum() == world.PIPELINE_SWITCHES
    visits = entries[entries.stage_id != entries.from_stage_id]
    assert visits.duplicated(["deal_id", "stage_id"]).sum() > 300, "re-entries"
    assert (entries.stage_id == entries.from_stage_id).sum() > 300, "same-stage rewrites"


def test_ties_and_late_rows_occur(entries: pd.DataFrame) -> None:
    assert entries.duplicated(["deal_id", "entered_at"]).sum() > 100, "ties"
    ordered = entries.sort_values("in_file")
    behind = ordered.entered_at < ordered.entered_at.cummax()
    assert 300 < behind.sum() < 0.02 * len(entries), "late rows"


def test_merged_deleted_and_legacy_deals_occur(deals: pd.DataFrame, entries: pd.DataFrame) -> None:
    assert deals.merged_at.notna().sum() > 100
    deleted = deals.is_deleted == "true"
    assert deleted.sum() == deals.deleted_at.notna().sum() > 100
    assert (deleted & deals.closed_at.notna()).sum() > 5
    legacy = deals[~deals.index.isin(entries.deal_id)]
    assert len(legacy) == world.LEGACY_DEALS
    assert (legacy.created_at < legacy.closed_at).all()


def test_outcomes_are_those_of_a_company_that_lives(deals: pd.DataFrame, tables: Tables) -> None:
    kinds = tables["stages"].set_index("stage_id").kind
    deals = deals.assign(kind=deals.stage_id.map(kinds))[deals.ended_at.isna()]
    new, renewal = (deals[deals.pipeline_id == name] for name in ("new_business", "renewal"))
    assert 0.25 < _win_rate(new) < 0.32
    assert 0.70 < _win_rate(renewal) < 0.80
    closed = deals[deals.kind != "open"]
    days = (closed.closed_at - closed.created_at).dt.days
    assert 40 < days.median() < 70
    open_deals = deals[deals.kind == "open"]
    assert 1_000 < len(open_deals) < 1_500
    age = (pd.Timestamp(LAST_DAY, tz="UTC") - open_deals.created_at).dt.days
    assert age.quantile(0.9) < 150
    assert age.max() < 400
    for column, least in (("loss_reason", 5), ("competitor", 4), ("lead_source", 8)):
        assert closed[column].nunique() >= least


def _win_rate(deals: pd.DataFrame) -> float:
    return float((deals.kind == "won").sum() / deals.kind.isin(["won", "lost"]).sum())


def test_demand_grows_and_rests_at_the_weekend(deals: pd.DataFrame) -> None:
    new = deals[(deals.pipeline_id == "new_business") & (deals.created_at >= "2023-07-01")]
    by_year = new.created_at.dt.year.value_counts()
    assert by_year[2025] > 1.1 * by_year[2024]
    weekend = new.created_at.dt.day_of_week >= 5
    assert 0 < weekend.mean() < 0.05
    by_month = new.created_at.dt.month.value_counts()
    assert by_month[8] < by_month[9]
    assert by_month[12] < by_month[11]


def test_close_dates_are_pushed(tables: Tables) -> None:
    history = tables["deal_field_history"]
    changes: pd.Series = history.groupby(["field", "deal_id"]).size() - 1
    for field in ("amount", "expected_close_date", "rep_id", "forecast_category"):
        assert changes[field].gt(0).sum() > 300, field


def test_variants_lift_conversion_as_the_truth_says(tables: Tables, truth: dict[str, Any]) -> None:
    touches = tables["touchpoints"]
    converted = tables["leads"].set_index("lead_id").converted_at.notna()
    for known in truth["experiments"]:
        shown = touches[touches.experiment_id == known["experiment_id"]]
        assert not shown.groupby("lead_id").variant.nunique().gt(1).any()
        leads = shown.drop_duplicates("lead_id")
        rate = converted.loc[leads.lead_id].groupby(leads.variant.array).mean()
        assert rate["B"] / rate["A"] - 1 == pytest.approx(
            known["lift_of_conversion_by_b"], abs=0.13
        )


def test_surveys_orders_and_quotas(tables: Tables, deals: pd.DataFrame) -> None:
    surveys = tables["survey_responses"]
    assert set(surveys.audience) == {"customer", "employee"}
    scores = pd.to_numeric(surveys.score, errors="coerce").dropna()
    assert scores.between(0, 10).all()
    orders = tables["orders"]
    assert orders.deal_id.isna().sum() > 1_000, "repeat purchases"
    first = orders[orders.deal_id.notna()]
    assert (
        pd.to_datetime(first.ordered_at).array >= deals.closed_at.loc[first.deal_id].array
    ).all()
    quotas = tables["quotas"]
    assert quotas.rep_id.isna().sum() > 0
    assert quotas.period_start.max() == "2026-07-01"
