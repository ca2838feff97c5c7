"""Every metric of every day against SQL of its own on the facts, by its definition in words."""

from typing import NamedTuple

import duckdb
import pytest

# A rate holds for seven days at most.
RATED = """
    create or replace temp view {name} as
    select rows.*, rows.{amount} * case
        when currency = 'USD' then 1
        when date_diff('day', rate_date, rows.{on}) <= 7 then rate_to_reporting
    end as dollars
    from {rows} as rows asof left join (
        select currency as rate_currency, rate_date, rate_to_reporting
        from intermediate.int_fx_rates_unioned
    ) on rows.currency = rate_currency and rows.{on} >= rate_date
"""
# A deal is created in the pipeline, and with the amount, that its history begins with.
CREATED = """(
    select deals.* exclude (pipeline_id, amount), firsts.pipeline_id, firsts.amount
    from fct_deals as deals join (
        select deal_id, arg_min(pipeline_id, valid_from) as pipeline_id,
            arg_min(amount, valid_from) filter (where amount is not null) as amount
        from fct_deal_history group by deal_id
    ) as firsts using (deal_id)
)"""
# What was open at the end of each day: every day asks the whole history. Segments are those of the
# deal at as-of, so the owner is not that of the day.
OPEN = """(
    select history.* exclude (rep_id), deals.rep_id, day
    from (select date_day as day from dim_dates where date_day <= date '2025-12-31')
    join fct_deal_history as history on history.status = 'open'
        and valid_from < day + interval 1 day
        and coalesce(valid_to >= day + interval 1 day, true)
    join fct_deals as deals using (deal_id)
)"""


class Metric(NamedTuple):
    """A view of deals, the condition by which a row counts on day `d`, and what is counted."""

    rows: str
    condition: str
    numerator: str
    denominator: str | None = None


# A win counts on the day of the win, which may come after a loss that was put right.
ON_THE_DAY = "ended_date = d"
LATELY = "ended_date between d - 89 and d"
WON = "filter (where status = 'won')"
CLOSED = "filter (where status in ('won', 'lost'))"
CYCLE = "date_diff('day', created_date, ended_date)"
METRICS = {
    "created_deals": Metric("created", "created_date = d", "count(deal_id)"),
    "created_amount": Metric("created", "created_date = d", "coalesce(sum(dollars), 0)"),
    "won_deals": Metric("closed", ON_THE_DAY, f"count(deal_id) {WON}"),
    "won_amount": Metric("closed", ON_THE_DAY, f"coalesce(sum(dollars) {WON}, 0)"),
    "lost_deals": Metric("closed", ON_THE_DAY, "count(deal_id) filter (where status = 'lost')"),
    "win_rate": Metric("closed", LATELY, f"count(deal_id) {WON}", f"count(deal_id) {CLOSED}"),
    "win_rate_by_amount": Metric(
        "closed", LATELY, f"coalesce(sum(dollars) {WON}, 0)", f"coalesce(sum(dollars) {CLOSED}, 0)"
    ),
    "average_won_amount": Metric(
        "closed", LATELY, f"coalesce(sum(dollars) {WON}, 0)", f"count(dollars) {WON}"
    ),
    "cycle_days": Metric(
        "closed", LATELY, f"coalesce(sum({CYCLE}) {WON}, 0)", f"count(deal_id) {WON}"
    ),
    "open_deals": Metric("opened", "day = d", "count(deal_id)"),
    "open_amount_reporting": Metric("opened", "day = d", "coalesce(sum(dollars), 0)"),
}


@pytest.fixture(scope="module")
def facts(marts: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The warehouse with the views that metrics are recounted from."""
    closed = (
        "(select *, if(status = 'won', won_date, closed_date) as ended_date"
        " from fct_deals where status in ('won', 'lost'))"
    )
    for name, rows, on in (
        ("created", CREATED, "created_date"),
        ("closed", closed, "ended_date"),
        ("opened", OPEN, "day"),
    ):
        marts.execute(RATED.format(name=name, rows=rows, amount="amount", on=on))
    return marts


@pytest.mark.parametrize("name", METRICS)
def test_metric_equals_a_recount(facts: duckdb.DuckDBPyConnection, name: str) -> None:
    metric = METRICS[name]
    value = "a" if metric.denominator is None else "a / nullif(b, 0)"
    facts.execute(
        f"""
        create or replace temp table compared as
        with cells as (
            select pipeline_id as p, metric_date as d, dimension_value as r,
                numerator, denominator, value
            from metrics_daily where metric = '{name}' and dimension in ('all', 'rep')
        ),
        recounted as (
            select p, d, r, {metric.numerator} as a, {metric.denominator or "null"} as b
            from cells left join {metric.rows}
                on pipeline_id = p and {metric.condition} and (r = 'all' or rep_id = r)
            group by p, d, r
        )
        select *, {value} as v
        from cells join recounted using (p, d, r)
        """
    )
    different = facts.sql(
        """
        select * from compared
        where abs(numerator - a) > 0.01 or abs(denominator - b) > 0.01
            or (denominator is null) != (b is null)
            or (value is null) != (v is null) or abs(value - v) > 1e-6 * greatest(abs(v), 1)
        order by d
        """
    ).fetchall()
    assert different == []
    cells = facts.sql(
        "select count(*), count(distinct r), count(*) filter (where v != 0) from compared"
    ).fetchone()
    # Two pipelines, a year, five owners and all of them together.
    assert cells is not None
    assert cells[0] > 3_500
    assert cells[1] == 6
    assert cells[2] > 100


def test_every_definition_has_values(marts: duckdb.DuckDBPyConnection) -> None:
    defined = marts.sql("select metric from metric_definitions order by all").fetchall()
    valued = marts.sql(
        "select distinct metric from metrics_daily where value is not null order by all"
    ).fetchall()
    assert defined == valued
    assert {metric for (metric,) in defined} == {*METRICS, "sales_velocity"}


def test_velocity_is_the_product_of_the_other_metrics(marts: duckdb.DuckDBPyConnection) -> None:
    wide = marts.sql(
        """
        select value, open_deals * win_rate * average_won_amount / nullif(cycle_days, 0) as product
        from (pivot metrics_daily on metric using max(value)
            group by source, pipeline_id, metric_date, dimension, dimension_value)
        join (select * from metrics_daily where metric = 'sales_velocity')
            using (source, pipeline_id, metric_date, dimension, dimension_value)
        """
    ).df()
    assert wide["value"].notna().sum() > 1_000
    assert wide["value"].isna().equals(wide["product"].isna())
    assert (wide["value"] - wide["product"]).abs().max() < 1e-6


def test_days_have_no_gap_and_end_at_as_of(marts: duckdb.DuckDBPyConnection) -> None:
    gaps = marts.sql(
        """
        select pipeline_id, metric, dimension, dimension_value
        from metrics_daily
        group by all
        having count(*) != date_diff('day', min(metric_date), date '2025-12-31') + 1
        """
    ).fetchall()
    assert gaps == []
