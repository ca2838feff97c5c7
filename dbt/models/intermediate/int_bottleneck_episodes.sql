{%- set p = bottleneck_parameters() -%}
-- Weeks in alarm of one stage that follow each other make one episode, told by its last such week.
with

weeks as (

    select * from {{ ref("int_stage_weekly_exits") }}

),

last_weeks as (

    select source, pipeline_id, stage_id, max(week_end_date) as last_week_end_date
    from weeks
    group by source, pipeline_id, stage_id

),

alarms as (

    select
        *,
        lag(week_end_date) over (
            partition by source, pipeline_id, stage_id order by week_end_date
        ) as previous_alarm_date
    from weeks
    where is_alarm

),

numbered as (

    select
        *,
        sum(
            case
                when
                    {{ days_between_dates("previous_alarm_date", "week_end_date") }}
                    <= {{ p.quiet_days }}
                    then 0
                else 1
            end
        ) over (
            partition by source, pipeline_id, stage_id order by week_end_date
        ) as episode_number
    from alarms

),

episodes as (

    select
        source,
        pipeline_id,
        stage_id,
        episode_number,
        min(week_end_date) as opened_on,
        max(week_end_date) as last_alarm_date,
        max_by(exits_observed, week_end_date) as exits_observed,
        max_by(exits_expected, week_end_date) as exits_expected,
        max_by(baseline_exits / cast(baseline_deal_days as double), week_end_date)
            as baseline_exits_per_deal_day
    from numbered
    group by source, pipeline_id, stage_id, episode_number

)

select
    episodes.source,
    episodes.pipeline_id,
    episodes.stage_id,
    md5(
        concat_ws(
            '|', episodes.source, episodes.pipeline_id, episodes.stage_id, 'slow',
            cast(episodes.opened_on as {{ dbt.type_string() }})
        )
    ) as bottleneck_id,
    episodes.opened_on,
    episodes.last_alarm_date,
    {{ add_days("episodes.last_alarm_date", -(p.window_days - 1)) }} as window_start_date,
    {{ add_days("episodes.last_alarm_date", -(p.window_days + p.baseline_days - 1)) }}
        as baseline_start_date,
    {{ add_days("episodes.last_alarm_date", -p.window_days) }} as baseline_end_date,
    case
        when
            {{ days_between_dates("episodes.last_alarm_date", "last_weeks.last_week_end_date") }}
            >= {{ p.quiet_days }}
            then {{ add_days("episodes.last_alarm_date", p.quiet_days) }}
    end as resolved_on,
    cast(episodes.exits_observed as bigint) as exits_observed,
    episodes.exits_expected
from episodes
inner join last_weeks
    on
        episodes.source = last_weeks.source
        and episodes.pipeline_id = last_weeks.pipeline_id
        and episodes.stage_id = last_weeks.stage_id
