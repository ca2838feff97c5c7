"""What the report shows, read from the published marts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Pipeline:
    """One sales pipeline of one source."""

    source: str
    pipeline_id: str
    name: str


def rows(connection: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> Rows:
    """Rows as dictionaries; dates as ISO text where a chart needs them is the caller's business."""
    cursor = connection.execute(sql, values or None)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def publication(connection: duckdb.DuckDBPyConnection, timezone: str) -> dict[str, Any]:
    """The run, and the days of its as-of moment and of its publication in that time zone."""
    (found,) = rows(
        connection,
        """
        select
            run_id,
            (timezone($timezone, timezone('UTC', as_of)))::date as as_of_date,
            (timezone($timezone, timezone('UTC', published_at)))::date as published_date
        from marts.mart_publication
        """,
        timezone=timezone,
    )
    return found


def pipelines(connection: duckdb.DuckDBPyConnection) -> list[Pipeline]:
    """Pipelines with deals, the one with most open deals first."""
    found = rows(
        connection,
        """
        select d.source, d.pipeline_id, any_value(s.pipeline_name) as name
        from marts.fct_deals as d
        join marts.dim_pipeline_stages as s using (source, pipeline_id)
        group by d.source, d.pipeline_id
        order by count(*) filter (where d.status = 'open') desc, d.source, d.pipeline_id
        """,
    )
    return [Pipeline(**row) for row in found]


def headline(
    connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, as_of: date
) -> dict[str, Any]:
    """The figures of one pipeline; rates are null where nothing was closed.

    `as_of` is the business date; the last 90 days and 12 months end with it.
    """
    (found,) = rows(
        connection,
        """
        with outcomes as (
            select
                *,
                case when status = 'won' then won_date else closed_date end as outcome_date
            from marts.fct_deals
            where source = $source and pipeline_id = $pipeline_id
        ),
        deals as (
            select
                *,
                outcome_date > $as_of::date - interval 90 day as is_of_90_days,
                outcome_date > $as_of::date - interval 12 month as is_of_a_year
            from outcomes
        )
        select
            -- A sum that lacks an amount for want of a rate is no sum.
            case when count(*) filter (
                where status = 'open' and amount is not null and amount_reporting is null
            ) = 0 then sum(amount_reporting) filter (where status = 'open') end as open_amount,
            count(*) filter (where status = 'open') as open_deals,
            count(*) filter (where status = 'won' and is_of_90_days)
                / nullif(count(*) filter (
                    where status in ('won', 'lost') and is_of_90_days
                ), 0) as win_rate_90,
            count(*) filter (where status = 'won' and is_of_a_year)
                / nullif(count(*) filter (
                    where status in ('won', 'lost') and is_of_a_year
                ), 0) as win_rate_365,
            median(cycle_days) filter (where status = 'won' and is_of_a_year) as cycle_days
        from deals
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        as_of=as_of,
    )
    return found


def open_bottlenecks(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Episodes of their own that last, the costliest first, each with its `deals` to move first."""
    episodes = rows(
        connection,
        "select * from marts.rpt_bottlenecks"
        " where resolved_on is null and part_of_bottleneck_id is null"
        " order by cost_per_week_reporting desc nulls last, opened_on",
    )
    deals = rows(
        connection,
        """
        select waiting.*, reps.rep_name
        from marts.rpt_bottleneck_deals as waiting
        left join marts.dim_reps as reps using (source, rep_id)
        order by place
        """,
    )
    return [
        {
            **each,
            "deals": [deal for deal in deals if deal["bottleneck_id"] == each["bottleneck_id"]],
        }
        for each in episodes
    ]


def work_list(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Open deals that need somebody, the most urgent first: at most ten of each rep.

    `is_first` marks the most urgent of all reps.
    """
    return rows(
        connection,
        """
        with numbered as (
            select
                *,
                row_number() over (
                    partition by source, rep_id order by priority desc nulls last, deal_id
                ) as place_of_rep,
                row_number() over (order by priority desc nulls last, source, deal_id) as place
            from marts.rpt_deal_health
            where reasons is not null
        )
        select
            coalesce(rep_name, rep_id) as rep_name, coalesce(deal_name, deal_id) as deal_name,
            stage_name, amount_reporting, reasons, place <= 15 as is_first
        from numbered
        where place_of_rep <= 10 or place <= 15
        order by place
        """,
    )


def funnel(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, as_of: date) -> Rows:
    """Per open stage: deals that reached it in the last twelve full months, and where they are."""
    return rows(
        connection,
        """
        select
            stage_name, stage_position,
            sum(entered)::bigint as entered, sum(converted)::bigint as converted,
            sum(open)::bigint as open, sum(converted) / sum(entered) as rate
        from marts.rpt_stage_conversion
        where source = $source and pipeline_id = $pipeline_id
            and segment_type = 'all' and rule = 'reached'
            and entry_month < date_trunc('month', $as_of::date)
            and entry_month >= date_trunc('month', $as_of::date) - interval 12 month
        group by stage_name, stage_position
        order by stage_position
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        as_of=as_of,
    )


def durations(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, as_of: date) -> Rows:
    """Days in stage by quarter of entry, two years back; null medians are left out."""
    return rows(
        connection,
        """
        select
            stage_name, stage_position, entry_quarter::varchar as quarter, visits, completed,
            km_median_hours / 24 as median_days,
            p50_hours_completed / 24 as completed_median_days,
            p90_hours_completed / 24 as completed_p90_days
        from marts.rpt_stage_durations
        where source = $source and pipeline_id = $pipeline_id and segment_type = 'all'
            and entry_quarter >= $as_of::date - interval 27 month
            and km_median_hours is not null
        order by stage_position, entry_quarter
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        as_of=as_of,
    )


def transitions(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> Rows:
    """Pairs of stages in the order of the pipeline; rare ones of long processes are left out."""
    return rows(
        connection,
        """
        with ranked as (
            select m.*, f.position as from_position, t.position as to_position,
                f.kind as from_kind
            from marts.rpt_transition_matrix as m
            join marts.dim_pipeline_stages as f
                on m.source = f.source and m.pipeline_id = f.pipeline_id
                and m.from_stage_id = f.stage_id
            join marts.dim_pipeline_stages as t
                on m.source = t.source and m.pipeline_id = t.pipeline_id
                and m.to_stage_id = t.stage_id
            where m.source = $source and m.pipeline_id = $pipeline_id and f.kind = 'open'
        )
        select from_stage_name, from_position, to_stage_name, to_position, transitions,
            share_of_exits, median_hours / 24 as median_days
        from ranked
        order by from_position, to_position
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
    )


def cohorts(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> Rows:
    """Cohorts of the last 24 months, twelve months on; immature cells have no rate."""
    return rows(
        connection,
        """
        select strftime(created_month, '%Y-%m') as cohort, months_since, cohort_deals, won_deals,
            conversion_rate, is_mature
        from marts.rpt_deal_cohorts
        where source = $source and pipeline_id = $pipeline_id and segment_type = 'all'
            and months_since <= 12
            and created_month >= (
                select max(created_month) - interval 23 month from marts.rpt_deal_cohorts
                where source = $source and pipeline_id = $pipeline_id
            )
        order by created_month, months_since
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
    )


def open_over_time(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> Rows:
    """Open amount per stage at the end of each week and on the last day, three years back."""
    return rows(
        connection,
        """
        select snapshot_date::varchar as day, stage_name, stage_position,
            case when count(*) = count(open_amount_reporting)
                then sum(open_amount_reporting) end::double as amount,
            sum(open_deals)::bigint as deals
        from marts.rpt_pipeline_daily
        where source = $source and pipeline_id = $pipeline_id
            and (isodow(snapshot_date) = 7
                or snapshot_date = (select max(snapshot_date) from marts.rpt_pipeline_daily))
            and snapshot_date > (
                select max(snapshot_date) - interval 3 year from marts.rpt_pipeline_daily
            )
        group by all
        order by day, stage_position
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
    )


def quality(connection: duckdb.DuckDBPyConnection, run_id: str) -> Rows:
    """All checks of the published run, the failed ones with most rows first."""
    return rows(
        connection,
        "select check_name, entity, severity, status, failing_rows, detail"
        " from marts.rpt_data_quality where run_id = $run_id"
        " order by status != 'failed', failing_rows desc, check_name",
        run_id=run_id,
    )


def marts(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Every mart with its rows and what it is."""
    return rows(
        connection,
        "select table_name as mart, estimated_size as rows, comment as description"
        " from duckdb_tables() where schema_name = 'marts' order by table_name",
    )
