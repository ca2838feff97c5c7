{%- set p = bottleneck_parameters() -%}
-- Exits forward of each open stage in the trailing window of every finished week, against what the
-- stage's own baseline rate per deal-day leads to expect. Deals that sit in the stage count as
-- exposure from their first day, so a slowdown shows before anything closes.
with

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open'

),

days as (

    select date_day from {{ ref("dim_dates") }}
    where date_day <= {{ as_of_date() }}

),

changes as (

    select
        source,
        pipeline_id,
        stage_id,
        entered_date as change_date,
        1 as entered,
        0 as exited,
        0 as exits
    from visits

    union all

    select
        source,
        pipeline_id,
        stage_id,
        exited_date as change_date,
        0 as entered,
        1 as exited,
        case when exit_kind in ('advanced', 'won') then 1 else 0 end as exits
    from visits
    where exited_date is not null

),

daily_changes as (

    select
        source,
        pipeline_id,
        stage_id,
        change_date,
        sum(entered) as entered,
        sum(exited) as exited,
        sum(exits) as exits
    from changes
    group by source, pipeline_id, stage_id, change_date

),

series as (

    select source, pipeline_id, stage_id, min(change_date) as first_date
    from daily_changes
    group by source, pipeline_id, stage_id

),

stage_days as (

    -- At risk on a day: in the stage at its start, or entered during it.
    select
        series.source,
        series.pipeline_id,
        series.stage_id,
        days.date_day,
        coalesce(daily_changes.exits, 0) as exits,
        sum(coalesce(daily_changes.entered, 0) - coalesce(daily_changes.exited, 0)) over (
            partition by series.source, series.pipeline_id, series.stage_id
            order by days.date_day
        ) + coalesce(daily_changes.exited, 0) as deals_at_risk
    from series
    inner join days on series.first_date <= days.date_day
    left join daily_changes
        on
            series.source = daily_changes.source
            and series.pipeline_id = daily_changes.pipeline_id
            and series.stage_id = daily_changes.stage_id
            and days.date_day = daily_changes.change_date

),

windows as (

    select
        source,
        pipeline_id,
        stage_id,
        date_day as week_end_date,
        sum(exits) over recent as exits_observed,
        sum(deals_at_risk) over recent as deal_days,
        sum(exits) over baseline as baseline_exits,
        sum(deals_at_risk) over baseline as baseline_deal_days
    from stage_days
    window
        recent as (
            partition by source, pipeline_id, stage_id
            order by date_day
            rows between {{ p.window_days - 1 }} preceding and current row
        ),
        baseline as (
            partition by source, pipeline_id, stage_id
            order by date_day
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
