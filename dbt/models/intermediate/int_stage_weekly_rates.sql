{%- set p = bottleneck_parameters() -%}
{%- set cell = ["source", "pipeline_id", "stage_id", "week_number", "age_band"] -%}
{%- set reach = p.baseline_weeks + p.lag_weeks - 1 -%}
{%- set first_week = first_week_to_refresh() -%}
{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_weeks_since_first_to_refresh() }}",
) }}
-- Exits per deal-day that the past of a stage, or of a segment in it, leads to expect in a week, by
-- the deals' days in stage. A segment's rates lean on those of its stage. No week knows of a later
-- one, so those before the first one that changed stay.
with

ages as (

    select * from {{ ref("int_stage_weekly_ages") }}

),

first_weeks as (

    select source, pipeline_id, stage_id, min(week_number) as first_week
    from ages
    where segment_type = 'all'
    group by source, pipeline_id, stage_id

),

baselines as (

    select
        ages.*,
        first_weeks.first_week,
        {% for column in ["deal_days", "advanced", "lost"] -%}
        coalesce(sum(ages.{{ column }}) over baseline, 0) as baseline_{{ column }}
        {{- "," if not loop.last }}
        {% endfor %}
    from ages
    inner join first_weeks
        on
            ages.source = first_weeks.source
            and ages.pipeline_id = first_weeks.pipeline_id
            and ages.stage_id = first_weeks.stage_id
    where coalesce(ages.week_number >= {{ first_week }} - {{ reach }}, true)
    window baseline as (
        partition by
            ages.source, ages.pipeline_id, ages.stage_id, ages.segment_type, ages.segment,
            ages.age_band
        order by ages.week_number
        range between {{ reach }} preceding
        and {{ p.lag_weeks }} preceding
    )

),

whole_stages as (

    select * from baselines
    where segment_type = 'all'

)

select
    segments.source,
    segments.pipeline_id,
    segments.stage_id,
    segments.segment_type,
    segments.segment,
    segments.week_number,
    segments.age_band,
    segments.first_week,
    segments.deal_days,
    segments.entered,
    segments.exited,
    segments.advanced,
    segments.lost,
    -- Of ages that the stage had nobody of in its past nothing can be expected.
    coalesce(
        whole_stages.baseline_deal_days > 0
        and segments.week_number
        >= segments.first_week + {{ p.lag_weeks + p.baseline_minimum_weeks }},
        false
    ) as is_judged,
    {% for exit in ["advanced", "lost"] -%}
    (
        segments.baseline_{{ exit }}
        + {{ p.pseudo_days }} * cast(whole_stages.baseline_{{ exit }} as double)
        / nullif(whole_stages.baseline_deal_days, 0)
    ) / (segments.baseline_deal_days + {{ p.pseudo_days }}) as {{ exit }}_rate
    {{- "," if not loop.last }}
    {% endfor %}
from baselines as segments
inner join whole_stages
    on
        {% for key in cell -%}
        {{ "and " if not loop.first }}segments.{{ key }} = whole_stages.{{ key }}
        {% endfor %}
where coalesce(segments.week_number >= {{ first_week }}, true)
