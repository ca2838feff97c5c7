"""What a review shows, read from the published marts; amounts in the reporting currency."""

from datetime import date
from typing import Any

import duckdb

from serving.report.data import Pipeline, Rows, rows
from serving.review.weeks import Week

# What is usual is what the weeks of a quarter before were on average.
USUAL_WEEKS = 12
MONTHS_BEFORE = 6
MOST_DEALS = 10

# The movements of the waterfall as a sales leader counts them.
MOVED = """
    case
        when movement in ('created', 'reopened', 'switched_in') then 'came_in'
        when movement in ('increased', 'decreased') then 'changed'
        when movement in ('deleted', 'merged', 'switched_out') then 'removed'
        when movement = 'fx' then 'revalued'
        else movement
    end
"""


def moved(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, week: Week) -> Rows:
    """The open pipeline from the beginning of the week to its end, and what is usual.

    One row per movement, in order, `opening` and `closing` among them; `amount` is null where a
    rate is missing, `usual_deals` and `usual_amount` where there is no week before.
    """
    return rows(
        connection,
        f"""
        with movements as (
            select
                period_start,
                {MOVED} as movement,
                max(movement_position) as position,
                sum(deals) as deals,
                case when count(*) = count(amount_reporting) then sum(amount_reporting) end
                    as amount
            from marts.rpt_pipeline_waterfall
            where source = $source and pipeline_id = $pipeline_id and period_kind = 'week'
                and period_start between $monday - {7 * USUAL_WEEKS} and $monday
                -- What only changes its date or its owner stays in the pipeline.
                and movement not in (
                    'pulled_in', 'pushed_in', 'pushed_out', 'owner_in', 'owner_out'
                )
            group by 1, 2
        ),
        -- What did not happen in a week has no row, and may be the news of it.
        told as (
            select movement, position, deals, amount from movements where period_start = $monday
            union all
            select movement, position, 0 as deals, 0 as amount
            from (values ('came_in', 4), ('won', 14), ('lost', 15)) as always (movement, position)
            where movement not in (select movement from movements where period_start = $monday)
                and exists (select 1 from movements where period_start = $monday)
        ),
        before as (
            select
                movement,
                sum(deals) / any_value(weeks) as usual_deals,
                case when count(*) = count(amount) then sum(amount) / any_value(weeks) end
                    as usual_amount
            from movements
            cross join (
                select count(distinct period_start) as weeks from movements
                where period_start < $monday
            ) as counted
            where period_start < $monday
            group by movement
        )
        select
            told.movement, told.deals::bigint as deals, told.amount::double as amount,
            before.usual_deals::double as usual_deals, before.usual_amount::double as usual_amount
        from told
        left join before using (movement)
        order by told.position
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        monday=week.monday,
    )


def loss_reason(
    connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, week: Week
) -> dict[str, Any] | None:
    """The reason that grew most among the losses of the week, against its usual share."""
    found = rows(
        connection,
        """
        with losses as (
            select loss_reason, closed_date >= $monday as is_of_week
            from marts.fct_deals
            where source = $source and pipeline_id = $pipeline_id and status = 'lost'
                and loss_reason is not null
                and closed_date between $monday - $days and $sunday
        ),
        reasons as (
            select
                loss_reason,
                count(*) filter (where is_of_week) as deals,
                count(*) filter (where is_of_week)
                    / nullif(sum(count(*) filter (where is_of_week)) over (), 0) as share,
                count(*) filter (where not is_of_week)
                    / nullif(sum(count(*) filter (where not is_of_week)) over (), 0) as usual_share
            from losses
            group by loss_reason
        )
        select * from reasons
        where deals > 0 and usual_share is not null
        order by share - usual_share desc, loss_reason
        limit 1
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        monday=week.monday,
        sunday=week.sunday,
        days=7 * USUAL_WEEKS,
    )
    return found[0] if found else None


def velocity(
    connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, week: Week
) -> dict[str, Any] | None:
    """The newest whole month up to the week's end: money per day, its change, and why."""
    found = rows(
        connection,
        """
        select velocity_month, velocity_per_day, velocity_change_per_day, main_driver
        from marts.rpt_sales_velocity
        where source = $source and pipeline_id = $pipeline_id and segment_type = 'all'
            and is_complete and measured_date <= $sunday
            and velocity_change_per_day is not null and main_driver is not null
        order by velocity_month desc
        limit 1
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        sunday=week.sunday,
    )
    return found[0] if found else None


def stuck(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, week: Week) -> Rows:
    """Bottlenecks of their own that were open at the end of the week, the costliest first.

    `ratio_of_week` is observed / expected of that week; everything else is of the episode's last.
    """
    return rows(
        connection,
        """
        select
            episodes.stage_name, episodes.segment_type, episodes.segment_name, episodes.kind,
            episodes.began_on, episodes.deals_affected, episodes.amount_at_stake_reporting,
            episodes.cost_per_week_reporting, episodes.window_weeks, episodes.deals_observed,
            episodes.deals_expected, episodes.certainty, episodes.driver_segment_type,
            episodes.driver_name, episodes.drivers, episodes.actions,
            health.ratio as ratio_of_week
        from marts.rpt_bottlenecks as episodes
        left join marts.rpt_stage_health as health
            on episodes.source = health.source
            and episodes.pipeline_id = health.pipeline_id
            and episodes.stage_id = health.stage_id
            and episodes.segment_type = health.segment_type
            and episodes.segment = health.segment
            and episodes.kind = health.kind
            and health.week_start_date = $monday
        where episodes.source = $source and episodes.pipeline_id = $pipeline_id
            and episodes.part_of_bottleneck_id is null
            and episodes.opened_on <= $sunday
            and coalesce(episodes.resolved_on > $sunday, true)
        order by
            episodes.cost_per_week_reporting desc nulls last, episodes.opened_on,
            episodes.bottleneck_id
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        monday=week.monday,
        sunday=week.sunday,
    )


def won_by_month(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, until: date) -> Rows:
    """Amount won per month, the last one up to `until`; null where a rate is missing."""
    return rows(
        connection,
        """
        with months as (
            select unnest(generate_series(
                date_trunc('month', $until::date) - to_months($months),
                date_trunc('month', $until::date),
                interval 1 month
            ))::date as month
        )
        select
            months.month,
            case
                when count(*) filter (where amount is not null and amount_reporting is null) = 0
                    then coalesce(sum(amount_reporting), 0)::double
            end as amount
        from months
        left join marts.fct_deals as deals
            on deals.source = $source and deals.pipeline_id = $pipeline_id
            and deals.status = 'won' and deals.won_date <= $until
            and date_trunc('month', deals.won_date) = months.month
        group by months.month
        order by months.month
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        until=until,
        months=MONTHS_BEFORE,
    )


def forecast(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, until: date) -> Rows:
    """The newest default forecast made by then of the months ahead; empty where there is none."""
    return rows(
        connection,
        """
        select period_start_date, period_end_date, p10, p50, p90
        from marts.rpt_revenue_forecast
        where source = $source and pipeline_id = $pipeline_id and is_default
            and period in ('this_month', 'next_month') and p50 is not null
            and as_of_date <= $until
        qualify as_of_date = max(as_of_date) over ()
        order by period_start_date
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        until=until,
    )


def target(connection: duckdb.DuckDBPyConnection, source: str, week: Week) -> dict[str, Any] | None:
    """The company's quota of the period that the week ends in, and what was won of it by then."""
    found = rows(
        connection,
        """
        with quota as (
            select source, period_start, period_end, quota_amount_reporting as quota
            from marts.rpt_quota_attainment
            where owner_level = 'company'
                and (source = $source or source not in (select source from marts.fct_deals))
                and $sunday between period_start and period_end
                and quota_amount_reporting > 0
            order by source = $source desc, period_end
            limit 1
        ),
        -- A quota of a source that sells nothing is that of all sources without their own.
        counted as (
            select distinct deals.source
            from marts.fct_deals as deals, quota
            where case
                when quota.source = $source then deals.source = $source
                else deals.source not in (select source from marts.rpt_quota_attainment)
            end
        )
        select
            quota.source, quota.period_start, quota.period_end, quota.quota::double as quota,
            case
                when count(*) filter (where amount is not null and amount_reporting is null) = 0
                    then coalesce(sum(amount_reporting), 0)::double
            end as won
        from quota
        left join marts.fct_deals as deals
            on deals.source in (select source from counted) and deals.status = 'won'
            and deals.won_date between quota.period_start and $sunday
        group by all
        """,
        source=source,
        sunday=week.sunday,
    )
    return found[0] if found else None


def deals_to_move(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline) -> Rows:
    """The open deals that are worth the first calls, as of the publication."""
    return rows(
        connection,
        """
        select
            health.deal_id, health.deal_name, health.rep_name, health.stage_name,
            health.amount_reporting, health.reasons,
            waiting.deal_id is not null as is_in_bottleneck
        from marts.rpt_deal_health as health
        left join (select distinct source, deal_id from marts.rpt_bottleneck_deals) as waiting
            on health.source = waiting.source and health.deal_id = waiting.deal_id
        where health.source = $source and health.pipeline_id = $pipeline_id
            and health.reasons is not null and health.priority > 0
        order by health.priority desc, health.deal_id
        limit $most
        """,
        source=pipeline.source,
        pipeline_id=pipeline.pipeline_id,
        most=MOST_DEALS,
    )


def first_week(connection: duckdb.DuckDBPyConnection) -> Week | None:
    """The first week of which anything is known."""
    (first,) = connection.execute(
        "select min(period_start) from marts.rpt_pipeline_waterfall where period_kind = 'week'"
    ).fetchall()[0]
    return None if first is None else Week.of(first)
