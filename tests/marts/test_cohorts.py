"""Cohorts against a recount; young cells are null, never 0."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.marts.reference import month_of


def test_cohorts_equal_a_recount(marts: duckdb.DuckDBPyConnection) -> None:
    deals = marts.sql(
        "select pipeline_id, created_date, won_date, status, amount, amount_reporting"
        " from fct_deals"
        " where status in ('open', 'won', 'lost')"
    ).fetchall()
    cohorts: dict[tuple[str, date], list[tuple[int | None, Decimal | None]]] = defaultdict(list)
    for pipeline_id, created, won, status, amount, dollars in deals:
        months = None
        if status == "won":
            months = max((won.year - created.year) * 12 + won.month - created.month, 0)
        # No amount lacks nothing; an amount without a rate is unknown.
        worth = Decimal(0) if amount is None else dollars
        cohorts[pipeline_id, month_of(created)].append((months, worth))
    rows = marts.sql(
        "select pipeline_id, created_month, months_since, cohort_deals, won_deals,"
        " won_amount_reporting, is_mature, cohort_amount_reporting, conversion_rate_by_amount"
        " from rpt_deal_cohorts where segment_type = 'all'"
    ).fetchall()
    assert {(row[0], row[1]) for row in rows} == set(cohorts)
    for pipeline_id, created_month, since, cohort_deals, won_deals, won_amount, *row in rows:
        is_mature, cohort_amount, rate_by_amount = row
        members = cohorts[pipeline_id, created_month]
        won = [amount for months, amount in members if months is not None and months <= since]
        assert cohort_deals == len(members)
        # As-of is the end of the year, so every month of the year is over.
        assert is_mature
        assert won_deals == len(won)
        assert won_amount == _sum(won)
        assert cohort_amount == _sum([amount for _, amount in members])
        if won_amount is None or not cohort_amount:
            assert rate_by_amount is None
        else:
            assert rate_by_amount == pytest.approx(float(won_amount / cohort_amount), rel=1e-12)


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    """Unknown where a part is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def test_every_month_up_to_as_of_has_a_cell(marts: duckdb.DuckDBPyConnection) -> None:
    gaps = marts.sql(
        "select pipeline_id, created_month from rpt_deal_cohorts where segment_type = 'all'"
        " group by all having count(*) != 13 - month(created_month)"
    ).fetchall()
    assert gaps == []
