"""Open deals against the age curves of deals that were won, recomputed in pandas."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.marts import awkward_company
from tests.marts.random_company import AS_OF
from tests.marts.warehouse import build_warehouse

BANDS = np.array([0, 7, 14, 21, 28, 42, 63, 91, 182])
KEY = ["pipeline_id", "stage_id"]


@pytest.fixture(scope="module")
def health(marts: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return marts.sql("select * from rpt_deal_health").df()


@pytest.fixture(scope="module")
def closed_stays(marts: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    stays = marts.sql(
        "select visits.pipeline_id, visits.stage_id, exited_date, status,"
        " date_diff('day', entered_date, exited_date) as days"
        " from fct_stage_visits as visits inner join fct_deals as deals using (source, deal_id)"
        " where visits.stage_kind = 'open' and status in ('won', 'lost')"
        " and not (is_left_truncated or visits.is_inferred_history)"
    ).df()
    return stays[stays["exited_date"] > pd.Timestamp(AS_OF.date()) - pd.Timedelta(days=364)]


def test_every_open_deal_has_one_row(
    marts: duckdb.DuckDBPyConnection, health: pd.DataFrame
) -> None:
    (open_deals,) = marts.sql("select count(*) from fct_deals where status = 'open'").fetchall()[0]
    assert len(health) == open_deals > 20


def test_usual_days_are_those_of_won_deals(
    health: pd.DataFrame, closed_stays: pd.DataFrame
) -> None:
    won = closed_stays[closed_stays["status"] == "won"]
    usual = {}
    for key, group in won.groupby(KEY):
        days = np.sort(group["days"])
        if len(days) >= 20:
            # The smallest number of days within which four in five stays were over.
            usual[key] = days[-(-4 * len(days) // 5) - 1]
    assert usual
    expected = [usual.get(key, np.nan) for key in zip(*(health[name] for name in KEY), strict=True)]
    np.testing.assert_array_equal(health["usual_days"].astype(float), expected)
    overdue = (health["days_in_stage"] - health["usual_days"]).clip(lower=0)
    pd.testing.assert_series_equal(
        health["overdue_days"].astype(float), overdue.astype(float), check_names=False
    )
    assert (health["is_rotting"] == (overdue > 0).fillna(False)).all()
    assert health["is_rotting"].any()


def test_chances_are_those_of_deals_that_stayed_as_long(
    health: pd.DataFrame, closed_stays: pd.DataFrame
) -> None:
    stays = dict(list(closed_stays.groupby(KEY)))
    for row in health.to_dict("records"):
        group = stays.get((row["pipeline_id"], row["stage_id"]))
        if group is None or pd.isna(row["days_in_stage"]):
            assert pd.isna(row["expected_win_rate"])
            continue
        is_won = group["status"] == "won"
        first_day = BANDS[np.searchsorted(BANDS, row["days_in_stage"], side="right") - 1]
        reached = group["days"] >= first_day
        expected = ((is_won & reached).sum() + 5 * is_won.mean()) / (reached.sum() + 5)
        assert row["expected_win_rate"] == pytest.approx(expected, rel=1e-12)
        won_days = group.loc[is_won, "days"]
        over = (won_days <= row["days_in_stage"]).mean() if len(won_days) >= 20 else 0
        if not pd.isna(row["priority"]):
            worth = float(row["amount_reporting"]) * expected * over
            assert row["priority"] == pytest.approx(worth, rel=1e-9, abs=1e-9)


def test_reasons_are_told_in_words(marts: duckdb.DuckDBPyConnection, health: pd.DataFrame) -> None:
    flags = ["is_rotting", "is_close_date_past", "is_pushed_often", "is_quiet", "has_no_next_step"]
    told = pd.Series(
        [len(text.split("; ")) if text else 0 for text in health["reasons"].fillna("")]
    )
    assert (told == health[flags].sum(axis=1)).all()
    past = marts.sql(
        "select count(*) from fct_deals where status = 'open'"
        f" and expected_close_date < date '{AS_OF.date()}'"
    ).fetchall()[0][0]
    assert health["is_close_date_past"].sum() == past > 0
    assert (health["push_count"].ge(2) == health["is_pushed_often"]).all()


def test_a_deal_for_which_nothing_is_planned_is_told(tmp_path: Path) -> None:
    rows = awkward_company.rows()
    rows["activities"] = [
        {"activity_id": f"a{number}", "kind": "meeting", "deal_id": deal_id, "occurred_at": moment}
        for number, (deal_id, moment) in enumerate(
            [
                ("unowned", "2026-07-14T09:00:00"),
                ("unowned", "2026-07-10T09:00:00"),
                ("unrated_open", "2026-06-29T09:00:00"),
            ]
        )
    ]
    build_warehouse(tmp_path, rows, awkward_company.AS_OF, select="+rpt_deal_health")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select deal_id, has_no_next_step, next_activity_date::varchar, reasons"
            " from marts.rpt_deal_health order by deal_id"
        ).fetchall()
    steps = {deal_id: (without, planned) for deal_id, without, planned, _ in found}
    assert steps.pop("unowned") == (False, "2026-07-10")
    assert steps
    assert set(steps.values()) == {(True, None)}
    assert all("no next step" in reasons for deal, *_, reasons in found if deal != "unowned")
