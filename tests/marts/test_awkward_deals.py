"""What the marts say of hand-made awkward deals: missing rates, corrected losses, odd ids."""

from datetime import date
from decimal import Decimal

import pytest

from tests.marts.awkward_company import CASES
from tests.marts.conftest import Awkward

UNRATED = ["unrated_loss", "unrated_open", "unrated_win"]


def test_only_an_amount_without_a_rate_has_none(awkward: Awkward) -> None:
    found = awkward.rows(
        "select deal_id from fct_deals where amount is not null and amount_reporting is null"
        " order by all"
    )
    assert [deal_id for (deal_id,) in found] == UNRATED
    assert awkward.failures["deals_rate_present"] == len(UNRATED)
    assert awkward.rows(
        "select amount_reporting from fct_deals where deal_id = 'unrated_nothing'"
    ) == [(Decimal(0),)]


def test_no_sum_of_a_cohort_lacks_a_part(awkward: Awkward) -> None:
    found = awkward.rows(
        "select months_since, cohort_deals, cohort_amount_reporting, cohort_deals_without_rate,"
        " won_deals, won_amount_reporting, won_deals_without_rate, conversion_rate_by_amount"
        " from rpt_deal_cohorts where segment_type = 'all' and created_month = '2026-04-01'"
        " order by all"
    )
    # in_dollars and free in April, in_euros and unrated_win in May.
    assert found == [
        (0, 4, None, 1, 2, Decimal(1_000), 0, None),
        (1, 4, None, 1, 4, None, 1, None),
        (2, 4, None, 1, 4, None, 1, None),
    ]
    by_lead = awkward.rows(
        "select months_since, cohort_deals, won_deals, won_amount_reporting,"
        " won_deals_without_rate from rpt_lead_cohorts where segment_type = 'all' order by all"
    )
    # Of leads of March; the deal that nobody dated is one, won_some_day too.
    assert by_lead == [
        (0, 3, 0, Decimal(0), 0),
        (1, 7, 3, Decimal(1_100), 0),
        (2, 10, 6, None, 1),
        (3, 12, 6, None, 1),
    ]


def test_a_month_with_an_unrated_win_is_not_scored(awkward: Awkward) -> None:
    found = awkward.rows(
        "select distinct period_start_date, actual, won_deals_without_rate, error"
        " from rpt_revenue_forecast where period = 'this_month' and pipeline_id = 'sales'"
        " and period_end_date <= '2026-06-30' and period_start_date >= '2026-04-01' order by all"
    )
    assert found == [
        (date(2026, 4, 1), Decimal(1_100), 0, None),
        (date(2026, 5, 1), None, 1, None),
        (date(2026, 6, 1), Decimal(0), 0, None),
    ]
    assert awkward.rows(
        "select distinct open_deals, open_deals_of_unknown_amount, open_amount_reporting"
        " from rpt_revenue_forecast where is_latest and pipeline_id = 'sales'"
    ) == [(4, 1, None)]


def test_velocity_does_not_rest_on_a_part_of_the_wins(awkward: Awkward) -> None:
    found = awkward.rows(
        "select velocity_month, won_amount_reporting, won_deals_without_rate, average_amount,"
        " velocity_per_day is null from rpt_sales_velocity where segment_type = 'all'"
        " and pipeline_id = 'sales' and velocity_month between '2026-04-01' and '2026-05-01'"
        " order by all"
    )
    assert found == [
        (date(2026, 4, 1), Decimal(1_100), 0, 550.0, False),
        (date(2026, 5, 1), None, 1, None, True),
    ]


def test_win_rate_by_amount_is_unknown_after_an_unrated_close(awkward: Awkward) -> None:
    found = awkward.rows(
        "select metric_date, numerator, denominator, value from metrics_daily"
        " where metric = 'win_rate_by_amount' and dimension = 'all' and pipeline_id = 'sales'"
        " and metric_date in ('2026-05-10', '2026-05-11') order by all"
    )
    assert found == [
        (date(2026, 5, 10), 1_700.0, 1_700.0, 1.0),
        (date(2026, 5, 11), None, None, None),
    ]


def test_a_loss_put_right_is_won_on_the_day_of_the_win(awkward: Awkward) -> None:
    deal = "where deal_id = 'won_after_all'"
    assert awkward.rows(
        f"select closed_date, won_date, cycle_days from fct_deals {deal}"
    ) == [(date(2026, 3, 12), date(2026, 4, 1), 30)]  # fmt: skip
    assert awkward.rows(f"select won_date from intermediate.int_forecast_wins {deal}") == [
        (date(2026, 4, 1),)
    ]
    wins = awkward.rows(
        "select metric_date, value from metrics_daily where metric = 'won_deals' and value > 0"
        " and dimension = 'all' and metric_date < '2026-04-15'"
    )
    assert wins == [(date(2026, 4, 1), 1.0)]
    cohort = awkward.rows(
        "select months_since, won_deals from rpt_deal_cohorts where segment_type = 'all'"
        " and created_month = '2026-03-01' order by all"
    )
    assert cohort == [(0, 0), (1, 1), (2, 1), (3, 1)]


def test_a_win_without_a_date_is_won_in_no_month(awkward: Awkward) -> None:
    found = awkward.rows(
        "select distinct cohort_deals, won_deals from rpt_deal_cohorts"
        " where segment_type = 'all' and created_month = '2026-02-01'"
    )
    assert found == [(1, 0)]


def test_a_stay_that_began_unseen_is_in_no_estimate(awkward: Awkward) -> None:
    """No other deal was in the stage."""
    assert awkward.rows(
        "select stage_id, is_left_truncated from fct_stage_visits where stage_id = 'offer'"
    ) == [("offer", True)]
    for mart in ("estimate", "curve"):
        query = f"select * from rpt_stage_conversion_{mart} where stage_id = 'offer'"
        assert awkward.rows(query) == []
    assert awkward.rows(
        "select transitions, share_of_exits, transitions_with_hours, mean_hours"
        " from rpt_transition_matrix where from_stage_id = 'offer'"
    ) == [(1, 1.0, 0, None)]


@pytest.mark.parametrize("dimension", ["rep", "account", "product", "campaign"])
def test_a_member_called_unknown_is_one_member(awkward: Awkward, dimension: str) -> None:
    found = awkward.rows(
        f"select {dimension}_name, is_inferred_member from dim_{dimension}s"
        f" where {dimension}_id = 'unknown'"
    )
    assert len(found) == 1
    assert found[0][1] is False


def test_no_deal_is_there_twice(awkward: Awkward) -> None:
    found = awkward.rows("select deal_id from fct_deals order by all")
    assert [deal_id for (deal_id,) in found] == sorted(
        ["lone", *(deal_id for deal_id, *_ in CASES)]
    )


def test_a_creation_comes_from_its_own_pipeline(awkward: Awkward) -> None:
    found = awkward.rows(
        "select distinct pipeline_id, from_pipeline_id, from_stage_id is null"
        " from fct_stage_transitions where transition_number = 1 and pipeline_id = 'sales'"
    )
    assert found == [("sales", "sales", True)]


def test_a_percentage_is_no_probability(awkward: Awkward) -> None:
    found = awkward.rows(
        "select stage_id, default_probability from dim_pipeline_stages"
        " where pipeline_id = 'sales' order by position"
    )
    assert found == [("new", 0.1), ("offer", None), ("won", 1.0), ("lost", 0.0)]


def test_a_renamed_stage_is_one_stage(awkward: Awkward) -> None:
    assert awkward.rows("select stage_name from dim_pipeline_stages where stage_id = 'new'") == [
        ("First talk",)
    ]
    assert awkward.rows(
        "select stage_name, visit_number from fct_stage_visits where deal_id = 'unrated_open'"
    ) == [("First talk", 1)]
