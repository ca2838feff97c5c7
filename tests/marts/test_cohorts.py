"""Cohorts against a recount; young cells are null, never 0."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import duckdb

from tests.marts.reference import month_of


def test_cohorts_equal_a_recount(marts: duckdb.DuckDBPyConnection) -> None:
    deals = marts.sql(
        "select pipeline_id, created_date, won_date, status, amount_reporting from fct_deals"
        " where status in ('open', 'won', 'lost')"
    ).fetchall()
    cohorts: dict[tuple[str, date], list[tuple[int | None, Decimal | None]]] = defaultdict(list)
    for pipeline_id, created, won, status, amount in deals:
        months = None
        if status == "won":
            months = max((won.year - created.year) * 12 + won.month - created.month, 0)
        cohorts[pipeline_id, month_of(created)].append((months, amount))
    rows = marts.sql(
        "select pipeline_id, created_month, months_since, cohort_deals, won_deals,"
        " won_amount_reporting, is_mature from rpt_deal_cohorts where segment_type = 'all'"
    ).fetchall()
    assert {(row[0], row[1]) for row in rows} == set(cohorts)
    for pipeline_id, created_month, since, cohort_deals, won_deals, won_amount, mature in rows:
        members = cohorts[pipeline_id, created_month]
        won = [amount for months, amount in members if months is not None and months <= since]
        assert cohort_deals == len(members)
        # As-of is the end of the year, so every month of the year is over.
        assert mature
        assert won_deals == len(won)
        assert won_amount == sum((amount or Decimal(0) for amount in won), Decimal(0))


def test_every_month_up_to_as_of_has_a_cell(marts: duckdb.DuckDBPyConnection) -> None:
    gaps = marts.sql(
        "select pipeline_id, created_month from rpt_deal_cohorts where segment_type = 'all'"
        " group by all having count(*) != 13 - month(created_month)"
    ).fetchall()
    assert gaps == []
