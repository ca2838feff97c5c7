"""The marts' own detector on simulated pipelines, without landing and staging."""

import contextlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from time import perf_counter

import duckdb

from bench.detector_company import LAST_DATE, Simulated
from dagster_project.dbt_invocation import invoke
from jalur.settings import Settings

# In the order in which they stand on each other.
MODELS = (
    "int_stage_weekly_ages",
    "int_stage_weekly_rates",
    "int_stage_weekly_expectations",
    "int_stage_weekly_evidence",
    "int_stage_weekly_scores",
    "rpt_stage_health",
    "int_bottleneck_episodes",
)

# What the models read, made from the simulated stays.
INPUTS = """
create table marts.fct_stage_visits as
select
    'bench' as source, pipeline_id::varchar as pipeline_id, stage_id::varchar as stage_id,
    'open' as stage_kind, deal_id::varchar as deal_id, visit_number,
    entered_date::date as entered_date, exited_date::date as exited_date, exit_kind,
    false as is_left_truncated, false as is_inferred_history
from visits;

create table marts.fct_deals as
select
    'bench' as source, pipeline_id::varchar as pipeline_id, deal_id::varchar as deal_id,
    'team ' || team as team, 'any' as rep_id, 'any' as lead_source, 'any' as size_band,
    'any' as region, 'any' as deal_type, amount::decimal(18, 4) as amount_reporting
from deals;

create table marts.dim_pipeline_stages as
select distinct source, pipeline_id, stage_id, 'Stage ' || stage_id as stage_name
from marts.fct_stage_visits;
"""


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


@contextmanager
def detected(
    models: dict[str, str], simulated: Simulated
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, float]]]:
    """A connection with the marts of the companies, and the seconds that each model took."""
    visits, deals = simulated.visits, simulated.deals  # noqa: F841
    seconds = {}
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("use warehouse")
        connection.execute("create schema intermediate; create schema marts")
        connection.execute(INPUTS)
        for name, sql in models.items():
            schema = "marts" if name.startswith("rpt") else "intermediate"
            started = perf_counter()
            connection.execute(f"create table {schema}.{name} as {sql}")
            seconds[name] = perf_counter() - started
        yield connection, seconds
