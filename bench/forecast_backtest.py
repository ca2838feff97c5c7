"""The marts' own back-test of the forecast on simulated companies, without landing and staging."""

import contextlib
import io
from datetime import UTC, datetime, time
from pathlib import Path

import duckdb
import numpy as np

from bench.forecast_company import FIRST_DATE, LAST_DATE, Scenario, simulate
from dagster_project.dbt_invocation import invoke
from jalur.settings import Settings

# In the order in which they stand on each other.
MODELS = (
    "int_forecast_periods",
    "int_forecast_lookbacks",
    "int_deal_days",
    "int_forecast_wins",
    "int_forecast_snapshots",
    "int_forecast_cells",
    "int_forecast_revenue",
    "int_forecast_win_rates",
    "int_forecast_rates",
    "int_forecast_size_factors",
    "int_forecast_probabilities",
    "int_forecast_terms",
    "int_forecast_points",
    "int_forecast_intervals",
    "int_forecast_accuracy",
    "rpt_revenue_forecast",
    "rpt_forecast_backtest",
)
PERIODS = ("this_month", "next_month", "three_months")
# The record of the first two years is there to learn from.
LEARNING_MONTHS = 24

# What the models read, made from the changes of the simulated deals.
INPUTS = """
create table changes as
select
    pipeline_id, deal_id, stage::varchar as stage_id,
    case stage when 4 then 'won' when 5 then 'lost' else 'open' end as status,
    amount::decimal(18, 4) as amount,
    date '{first}' + day::integer as on_date,
    date '{first}' + expected_day::integer as expected_close_date
from simulated;

create table intermediate.int_deal_attributes as
select
    'bench' as source, true as has_amount_history, true as has_expected_close_date_history;

create table intermediate.int_fx_rates (
    source varchar, currency varchar, rate_to_reporting double,
    valid_from_date date, valid_to_date date
);

create table marts.dim_pipeline_stages as
select distinct 'bench' as source, pipeline_id, stage_id from changes;

create table marts.dim_dates as
select distinct date_trunc('month', date_day)::date as month_start_date
from (select unnest(generate_series(date '{first}', date '{last}' + 365, interval 1 day)))
    as spine (date_day);

create table marts.fct_deal_history as
select
    'bench' as source, pipeline_id, deal_id,
    on_date + interval 12 hour as valid_from,
    lead(on_date) over by_deal + interval 12 hour as valid_to,
    stage_id, status, amount, 'USD' as currency, expected_close_date
from changes
window by_deal as (partition by deal_id order by on_date);

create table marts.fct_stage_visits as
select
    *,
    lead(on_date) over by_visit as exited_date,
    case lead(stage_kind) over by_visit
        when 'open' then 'advanced' when 'won' then 'won' when 'lost' then 'lost' else 'open'
    end as exit_kind
from (
    select
        'bench' as source, pipeline_id, deal_id, stage_id, status as stage_kind, on_date,
        row_number() over (partition by deal_id, stage_id order by on_date) as place,
        dense_rank() over (partition by deal_id order by stage_id) as visit_number
    from changes
    qualify place = 1
)
window by_visit as (partition by deal_id order by visit_number);
"""

# Per method and for the default, from the origins at which all of them are scored.
SCORES = """
with scored as (
    select backtest.*, forecast.is_default
    from marts.rpt_forecast_backtest as backtest
    inner join marts.rpt_revenue_forecast as forecast
        using (source, pipeline_id, as_of_date, period, method)
    where forecast.status = 'ok' and backtest.as_of_date >= ?
),
listed as (
    select * from scored
    union all
    select * replace ('default' as method) from scored where is_default
)
select
    method,
    sum(absolute_error) / sum(actual),
    sum(error) / sum(actual),
    avg(is_in_interval::double),
    sum(pinball_loss) / sum(actual),
    count(*)
from listed
where period = ?
group by method
"""

Scores = dict[str, dict[str, float]]


def compiled_models(home: Path) -> dict[str, str]:
    """The SQL of the models as of the last day of the companies."""
    settings = Settings(home=home, sources=("demo",), timezone="UTC", currency="USD")
    settings.paths.create()
    as_of = datetime.combine(LAST_DATE, time.max, tzinfo=UTC)
    # dbt prints what it compiles.
    with contextlib.redirect_stdout(io.StringIO()):
        problem = invoke(
            ["compile", "--select", *MODELS],
            settings.dbt_environment("bench", as_of),
            settings.paths.dbt,
        )
    if problem is not None:
        raise SystemExit(problem)
    folder = settings.paths.dbt / "compiled" / "jalur" / "models"
    files = {path.stem: path for path in folder.rglob("*.sql")}
    return {name: files[name].read_text(encoding="utf-8") for name in MODELS}


def backtest(
    models: dict[str, str], scenario: Scenario, companies: int, random: np.random.Generator
) -> dict[str, Scores]:
    """Scores per period and method over all companies of the scenario."""
    simulated = simulate(scenario, companies, random)  # noqa: F841
    first = FIRST_DATE.replace(year=FIRST_DATE.year + LEARNING_MONTHS // 12)
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("use warehouse")
        connection.execute("create schema intermediate; create schema marts")
        connection.execute(INPUTS.format(first=FIRST_DATE, last=LAST_DATE))
        for name, sql in models.items():
            schema = "marts" if name.startswith("rpt") else "intermediate"
            connection.execute(f"create table {schema}.{name} as {sql}")
        names = ("wape", "bias", "coverage", "pinball", "forecasts")
        return {
            period: {
                method: dict(zip(names, figures, strict=True))
                for method, *figures in connection.execute(SCORES, [first, period]).fetchall()
            }
            for period in PERIODS
        }
