"""The marts' own detector on simulated pipelines, without landing and staging."""

import contextlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import perf_counter

import duckdb

from bench.detector.company import Simulated
from bench.detector.shape import FIRST_DATE, LAST_DATE
from dagster_project.dbt_invocation import invoke
from jalur.settings import Settings

# Weeks count from Monday 5 January 1970 in the models.
FIRST_WEEK_NUMBER = (FIRST_DATE - date(1970, 1, 5)).days // 7
# In the order in which they stand on each other.
DETECTOR = (
    "int_aged_stays",
    "int_stage_weekly_ages",
    "int_stage_weekly_rates",
    "int_stage_weekly_expectations",
    "int_stage_weekly_evidence",
    "int_stage_weekly_scores",
    "rpt_stage_health",
)
EXPLANATION = (
    "int_bottleneck_stays",
    "int_bottleneck_usual_stays",
    "int_bottleneck_drivers",
    "int_bottleneck_parts",
    "rpt_bottlenecks",
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
    'any' as region, 'any' as deal_type, amount::decimal(18, 4) as amount_reporting,
    coalesce(outcome, 'open') as status
from deals
left join (
    select deal_id, max(exit_kind) as outcome from visits
    where exit_kind in ('won', 'lost') group by deal_id
) using (deal_id);

create table marts.dim_pipeline_stages as
select distinct
    source, pipeline_id, 'Pipeline ' || pipeline_id as pipeline_name, stage_id,
    'Stage ' || stage_id as stage_name
from marts.fct_stage_visits;

create table marts.dim_reps as
select source, rep_id, rep_id as rep_name from marts.fct_deals limit 0;
"""

# The episodes as if each plant's series, and its whole stage, were in one when the plant is judged.
EPISODES = """
create table intermediate.int_bottleneck_episodes as
select
    plants.pipeline_id || '-' || planted_from || '-' || scores.segment_type as bottleneck_id,
    scores.* exclude (status, cumulative_evidence, week_number, ratio),
    date '{first}' + planted_from::int as began_on,
    date '{first}' + judged_on::int - 1 as opened_on,
    date '{first}' + judged_on::int - 1 as last_alarm_date,
    null::date as resolved_on,
    week_number as last_week,
    case scores.kind when 'leaking' then 6 else 4 end as window_weeks,
    scores.ratio,
    plants.team as planted_team,
    scores.status
from plants
inner join intermediate.int_stage_weekly_scores as scores
    on
        plants.pipeline_id::varchar = scores.pipeline_id
        and plants.stage::varchar = scores.stage_id
        and (plants.judged_on + {offset}) // 7 - 1 = scores.week_number
        and scores.kind = '{kind}'
        and (
            scores.segment_type = 'all'
            or (scores.segment_type = 'team' and scores.segment = 'team ' || plants.team)
        )
"""


def compiled_models(home: Path) -> dict[str, str]:
    """The SQL of the models as of the last day of the companies."""
    settings = Settings(home=home, sources=("demo",), timezone="UTC", currency="USD")
    settings.paths.create()
    as_of = datetime.combine(LAST_DATE, time.max, tzinfo=UTC)
    # dbt prints what it compiles.
    with contextlib.redirect_stdout(io.StringIO()):
        problem = invoke(
            ["compile", "--select", *DETECTOR, *EXPLANATION],
            settings.dbt_environment("bench", as_of),
            settings.paths.dbt,
        )
    if problem is not None:
        raise SystemExit(problem)
    folder = settings.paths.dbt / "compiled" / "jalur" / "models"
    files = {path.stem: path for path in folder.rglob("*.sql")}
    return {name: files[name].read_text(encoding="utf-8") for name in (*DETECTOR, *EXPLANATION)}


@contextmanager
def detected(
    models: dict[str, str], simulated: Simulated
) -> Iterator[tuple[duckdb.DuckDBPyConnection, float]]:
    """A connection with the marts of the companies, and the seconds that scoring took."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("use warehouse")
        connection.execute("create schema intermediate; create schema marts")
        connection.register("visits", simulated.visits)
        connection.register("deals", simulated.deals)
        connection.execute(INPUTS)
        started = perf_counter()
        _build(connection, models, DETECTOR)
        yield connection, perf_counter() - started


def explain(
    connection: duckdb.DuckDBPyConnection, models: dict[str, str], simulated: Simulated, kind: str
) -> None:
    """Build what the marts say of the plants (cells) of a kind at the time when they are judged."""
    connection.register("plants", simulated.truth)
    connection.execute(EPISODES.format(first=FIRST_DATE, offset=7 * FIRST_WEEK_NUMBER, kind=kind))
    _build(connection, models, EXPLANATION)


def _build(
    connection: duckdb.DuckDBPyConnection, models: dict[str, str], names: tuple[str, ...]
) -> None:
    for name in names:
        schema = "marts" if name.startswith("rpt") else "intermediate"
        connection.execute(f"create table {schema}.{name} as {models[name]}")
