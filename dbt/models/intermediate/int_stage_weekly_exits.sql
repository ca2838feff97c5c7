{%- set p = bottleneck_parameters() -%}
-- Exits forward of each open stage in the trailing window of every finished week, against what the
-- stage's own baseline rate per deal-day leads to expect. Deals that sit in the stage count as
-- exposure from their first day, so a slowdown shows before anything closes.
with

daily as (

    select * from {{ ref("rpt_pipeline_daily") }}

),

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open'

),

stage_days as (

    -- At risk on a day: in the stage at its start, or entered during it.
    select
        source,
        pipeline_id,
        stage_id,
        snapshot_date,
        sum(open_deals + exited) as deals_at_risk
    from daily
    group by source, pipeline_id, stage_id, snapshot_date

),

exits as (

    select source, pipeline_id, stage_id, exited_date, count(*) as exits
    from visits
    where exit_kind in ('advanced', 'won')
    group by source, pipeline_id, stage_id, exited_date

),

windows as (

    select
        stage_days.source,
        stage_days.pipeline_id,
        stage_days.stage_id,
        stage_days.snapshot_date as week_end_date,
        sum(coalesce(exits.exits, 0)) over recent as exits_observed,
        sum(stage_days.deals_at_risk) over recent as deal_days,
        sum(coalesce(exits.exits, 0)) over baseline as baseline_exits,
        sum(stage_days.deals_at_risk) over baseline as baseline_deal_days
    from stage_days
    left join exits
        on
            stage_days.source = exits.source
            and stage_days.pipeline_id = exits.pipeline_id
            and stage_days.stage_id = exits.stage_id
            and stage_days.snapshot_date = exits.exited_date
    window
        recent as (
            partition by stage_days.source, stage_days.pipeline_id, stage_days.stage_id
            order by stage_days.snapshot_date
            rows between {{ p.window_days - 1 }} preceding and current row
        ),
        baseline as (
            partition by stage_days.source, stage_days.pipeline_id, stage_days.stage_id
            order by stage_days.snapshot_date
            rows between {{ p.window_days + p.baseline_days - 1 }} preceding
            and {{ p.window_days }} preceding
        )

),

expected as (

    select
        *,
        deal_days * cast(baseline_exits as double) / nullif(baseline_deal_days, 0) as exits_expected
    from windows
    where
        {{ iso_day_of_week("week_end_date") }} = 7
        and week_end_date < {{ first_day_after_as_of() }}

)

select
    source,
    pipeline_id,
    stage_id,
    week_end_date,
    exits_observed,
    exits_expected,
    deal_days,
    baseline_exits,
    baseline_deal_days,
    exits_observed / nullif(exits_expected, 0) as ratio,
    (exits_observed - exits_expected) / nullif(sqrt(exits_expected), 0) as score,
    coalesce(
        baseline_exits >= {{ p.minimum_baseline }}
        and exits_expected >= {{ p.minimum_expected }}
        and exits_observed < {{ p.ratio }} * exits_expected
        and (exits_observed - exits_expected) < {{ p.score }} * sqrt(exits_expected),
        false
    ) as is_alarm
from expected
