"""A CRM export without history: every figure equals the one computed without us."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.reference.conftest import World, world

AS_OF = datetime(2017, 12, 31, 23, 59, 59, 999999)


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world("maven_crm", tmp_path_factory.mktemp("maven"), AS_OF) as found:
        yield found


def test_everything_lands(maven: World) -> None:
    counts = {entity.entity: entity for entity in maven.extraction.entities}
    landed = {name: counts[name].rows_landed for name in ("deals", "accounts", "reps", "products")}
    assert landed == {"deals": maven.reference["rows"], "accounts": 85, "reps": 35, "products": 7}
    assert sum(entity.rows_quarantined for entity in counts.values()) == 0
    assert not [check for check in maven.extraction.checks if check.refuses]


def test_stages_and_status(maven: World) -> None:
    stages = dict(maven.rows("select stage_id, count(*) from fct_deals group by all"))
    assert stages == maven.reference["stage_counts"]
    status = dict(maven.rows("select status, count(*) from fct_deals group by all"))
    assert status == {"won": 4_238, "lost": 2_473, "open": 2_089}


SHARES = """
    count(*) filter (where status = 'won') as won,
    count(*) filter (where status = 'lost') as lost,
    won / (won + lost) as win_rate,
    coalesce(sum(amount) filter (where status = 'won'), 0)::double as revenue
"""


def test_win_rate_and_revenue(maven: World) -> None:
    won, lost, win_rate, revenue = maven.row(f"select {SHARES} from fct_deals")
    assert (won, lost) == (4_238, 2_473)
    assert round(win_rate, 6) == maven.reference["win_rate"] == 0.631501
    assert revenue == maven.reference["won_revenue"] == 10_005_534
    average, lost_value = maven.row(
        "select (avg(amount) filter (where status = 'won'))::double,"
        " (sum(amount) filter (where status = 'lost'))::double from fct_deals"
    )
    assert average == pytest.approx(maven.reference["avg_won_deal"], abs=1e-4)
    assert lost_value == maven.reference["lost_close_value_sum"]


GROUPS = {
    "by_close_quarter": "strftime(closed_date, '%Y') || 'Q' || quarter(closed_date)",
    "by_close_month": "strftime(closed_date, '%Y-%m')",
    "by_sales_agent": "rep_id",
    "by_manager": "team",
    "by_regional_office": "region",
}


@pytest.mark.parametrize("group", GROUPS)
def test_win_rates_and_revenue_by_group(maven: World, group: str) -> None:
    found = maven.rows(
        f"select {GROUPS[group]} as member, {SHARES},"
        " avg(cycle_days) filter (where status = 'won') as cycle"
        " from fct_deals where status in ('won', 'lost') group by all"
    )
    expected = maven.reference[group]
    assert {row[0] for row in found} == set(expected)
    for member, won, lost, win_rate, revenue, cycle in found:
        theirs = expected[member]
        assert (won, lost, revenue) == (theirs["won"], theirs["lost"], theirs["revenue"]), member
        if "win_rate" in theirs:
            assert win_rate == pytest.approx(theirs["win_rate"], abs=1e-6), member
        if "cycle_days_won_mean" in theirs:
            assert cycle == pytest.approx(theirs["cycle_days_won_mean"], abs=1e-4), member


@pytest.mark.parametrize("outcome", ["Won", "Lost"])
def test_cycle_days(maven: World, outcome: str) -> None:
    count, mean, median, p90, longest = maven.row(
        "select count(cycle_days), avg(cycle_days), median(cycle_days),"
        " quantile_cont(cycle_days, 0.9), max(cycle_days)"
        f" from fct_deals where status = '{outcome.lower()}'"
    )
    theirs = maven.reference["cycle_days"][outcome]
    assert (count, median, longest) == (theirs["n"], theirs["median"], theirs["max"])
    assert mean == pytest.approx(theirs["mean"], abs=1e-6)
    assert p90 == pytest.approx(theirs["p90"])


def test_cohorts_by_month(maven: World) -> None:
    found = maven.rows(
        "select strftime(created_date, '%Y-%m'), stage_id, count(*) from fct_deals"
        " where has_history group by all"
    )
    expected = maven.reference["cohort_by_engage_month"]
    counts = {(month, stage): number for month, stage, number in found}
    for month, theirs in expected.items():
        for stage in ("Won", "Lost", "Engaging"):
            assert counts.get((month, stage), 0) == theirs[stage], (month, stage)


def test_open_deals_that_are_older_than_any_deal_ever_closed(maven: World) -> None:
    expected = maven.reference["engaging_age_days_at_2017_12_31"]
    mean, older = maven.row(
        "select avg(date_diff('day', entered_date, date '2017-12-31')),"
        f" count(*) filter (where date_diff('day', entered_date, date '2017-12-31')"
        f" > {expected['max_closed_cycle']})"
        " from fct_stage_visits where stage_id = 'Engaging' and exited_at is null"
    )
    assert mean == pytest.approx(expected["mean"], abs=1e-6)
    assert older == expected["over_138_days"]


def test_its_dirt_is_reported_exactly(maven: World) -> None:
    assert maven.failures["deals_product_exists"] == 1_480
    assert maven.failures["deals_account_present"] == maven.reference["nulls"]["account"] == 1_425
    assert maven.failures["deals_account_exists"] == 0
    assert maven.failures["deals_rep_exists"] == 0
    assert maven.reference["quality"]["product_orphans"] == {"GTXPro": 1_480}


def test_deals_without_any_date_are_kept_and_named(maven: World) -> None:
    assert maven.failures["deals_have_dates"] == 500
    undated = maven.rows(
        "select stage_id, created_at, closed_at from fct_deals where deal_id not in"
        " (select deal_id from fct_stage_visits)"
    )
    assert undated == [("Prospecting", None, None)] * 500
