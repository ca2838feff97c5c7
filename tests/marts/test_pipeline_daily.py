"""The open pipeline of a day against the history asked for that day, and its balance."""

from datetime import date, timedelta

import duckdb

from tests.marts.conftest import Awkward


def test_every_tenth_day_equals_the_history(marts: duckdb.DuckDBPyConnection) -> None:
    difference = marts.sql(
        """
        with days as (
            select distinct snapshot_date as d from rpt_pipeline_daily where day(d) % 10 = 0
        ),
        asked as (
            select pipeline_id, stage_id, currency, d, count(*) as deals, sum(amount) as amount
            from days, fct_deal_history
            where status = 'open'
                and valid_from < d + interval 1 day
                and coalesce(valid_to >= d + interval 1 day, true)
            group by all
        ),
        kept as (
            select pipeline_id, stage_id, currency, snapshot_date, open_deals, open_amount
            from rpt_pipeline_daily where day(snapshot_date) % 10 = 0 and open_deals > 0
        )
        (from asked except from kept) union all (from kept except from asked)
        """
    ).fetchall()
    assert difference == []


def test_days_balance(marts: duckdb.DuckDBPyConnection) -> None:
    broken = marts.sql(
        """
        select *, lag(open_deals, 1, 0) over (
            partition by pipeline_id, stage_id, currency order by snapshot_date) as before
        from rpt_pipeline_daily
        qualify before + entered - exited != open_deals
        """
    ).fetchall()
    assert broken == []


def test_an_open_unchanged_deal_appears_every_day(awkward: Awkward) -> None:
    days = awkward.rows(
        "select snapshot_date, open_deals, open_amount from rpt_pipeline_daily"
        " where pipeline_id = 'lone' order by all"
    )
    begun = date(2025, 12, 13)
    assert days == [(begun + timedelta(days=day), 1, 5) for day in range(200)]


def test_days_have_no_gap_and_end_at_as_of(marts: duckdb.DuckDBPyConnection) -> None:
    gaps = marts.sql(
        """
        select pipeline_id, stage_id, currency
        from rpt_pipeline_daily
        group by all
        having count(*) != date_diff('day', min(snapshot_date), date '2025-12-31') + 1
        """
    ).fetchall()
    assert gaps == []
