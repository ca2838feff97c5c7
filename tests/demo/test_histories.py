"""Histories end where the deals stand today."""

import pandas as pd

from demo import world
from tests.demo.conftest import Tables


def test_the_last_stage_is_the_deals_stage(entries: pd.DataFrame, deals: pd.DataFrame) -> None:
    last = entries.groupby("deal_id").last()
    current = deals.loc[last.index]
    assert last.stage_id.eq(current.stage_id).all()
    assert last.pipeline_id.eq(current.pipeline_id).all()
    assert len(deals) - len(last) == world.LEGACY_DEALS


def test_the_first_entry_is_the_creation_and_none_comes_after_the_end(
    entries: pd.DataFrame, deals: pd.DataFrame
) -> None:
    first = entries.groupby("deal_id").entered_at.first()
    assert first.eq(deals.created_at.loc[first.index]).all()
    ended_at = entries.deal_id.map(deals.ended_at)
    assert not (entries.entered_at > ended_at).any()
    assert not (entries.entered_at > entries.deal_id.map(deals.updated_at)).any()


def test_closed_at_is_the_entry_into_the_current_closed_run(
    entries: pd.DataFrame, deals: pd.DataFrame
) -> None:
    changes = entries[entries.stage_id != entries.from_stage_id]
    begins = changes[(changes.kind != "open") & ~changes.from_kind.isin(["won", "lost"])]
    begun = begins.groupby("deal_id").entered_at.last()
    kind = entries.groupby("deal_id").kind.last()
    recorded = deals.closed_at.loc[kind.index]
    assert recorded.isna().eq(kind == "open").all()
    closed = kind.index[kind != "open"]
    assert recorded.loc[closed].eq(begun.loc[closed]).all()


def test_the_last_value_of_a_field_is_the_deals_value(tables: Tables, deals: pd.DataFrame) -> None:
    history = tables["deal_field_history"].copy()
    history["changed_at"] = pd.to_datetime(history.changed_at)
    history = history.sort_values(["deal_id", "field", "changed_at"])
    first = history.groupby(["field", "deal_id"]).changed_at.first()
    last = history.groupby(["field", "deal_id"]).value.last()
    for field in ("amount", "expected_close_date", "rep_id", "forecast_category"):
        values, current = last[field], deals.loc[last[field].index, field]
        if field == "amount":
            values = values.astype(float)
        assert values.eq(current).all(), field
        assert first[field].eq(deals.created_at.loc[first[field].index]).all(), field
        assert len(values) == len(deals) - world.LEGACY_DEALS
    assert not (history.changed_at > history.deal_id.map(deals.ended_at)).any()


def test_reps_own_deals_only_while_they_are_there(tables: Tables, deals: pd.DataFrame) -> None:
    reps = tables["reps"].set_index("rep_id")
    gone = reps.index[reps.is_active == "false"]
    assert len(gone)
    is_open = deals.closed_at.isna() & deals.ended_at.isna()
    assert not deals[is_open].rep_id.isin(gone).any()
    hired = pd.to_datetime(deals.rep_id.map(reps.hired_on), utc=True)
    owners = (
        tables["deal_field_history"].query("field == 'rep_id'").groupby("deal_id").value.first()
    )
    first_hired = pd.to_datetime(owners.map(reps.hired_on), utc=True)
    assert (first_hired <= deals.created_at.loc[first_hired.index]).all()
    assert hired.notna().all()
