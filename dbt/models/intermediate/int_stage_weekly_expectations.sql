{%- set p = bottleneck_parameters() -%}
{%- set series = ["source", "pipeline_id", "stage_id", "segment_type", "segment"] -%}
{%- set counts = ["entered", "exited", "advanced", "lost", "deal_days"] -%}
{%- set expectations = ["expected_advanced", "expected_lost"] -%}
-- Exits of each series and week, and those that its own past leads to expect of the deals that it
-- had, by their days in stage. A series is an open stage, or a segment of it, or all stages of a
-- pipeline together (stage_id all). Open deals count from their first day.
with

all_rates as (

    select * from {{ ref("int_stage_weekly_rates") }}

),

telling_segments as (

    -- Where all deals of a pipeline are of one segment, it says nothing that its stages do not.
    select source, pipeline_id, segment_type
    from all_rates
    group by source, pipeline_id, segment_type
    having segment_type = 'all' or count(distinct segment) > 1

),

rates as (

    select all_rates.*
    from all_rates
    inner join telling_segments
        on
            all_rates.source = telling_segments.source
            and all_rates.pipeline_id = telling_segments.pipeline_id
            and all_rates.segment_type = telling_segments.segment_type

),

first_weeks as (

    select distinct source, pipeline_id, stage_id, first_week
    from rates

),

weeks_with_deals as (

    select
        {{ (series + ["week_number"]) | join(", ") }},
        {% for column in counts -%}
        sum({{ column }}) as {{ column }},
        {% endfor -%}
        {% for exit in ["advanced", "lost"] -%}
        sum(case when is_judged then {{ exit }} else 0 end) as judged_{{ exit }},
        sum(case when is_judged then deal_days * {{ exit }}_rate else 0 end) as expected_{{ exit }}
        {{- "," if not loop.last }}
        {% endfor %}
    from rates
    group by {{ (series + ["week_number"]) | join(", ") }}

),

series as (

    select
        {{ series | join(", ") }},
        min(week_number) as first_week
    from weeks_with_deals
    group by {{ series | join(", ") }}

),

weeks as (

    -- Every week from a series' first on: a week without deals is one, too.
    select
        {{ series | join(", ") }},
        {{ each_number("first_week", last_finished_week()) }} as week_number
    from series

),

stages as (

    select
        {% for key in series + ["week_number"] -%}
        weeks.{{ key }},
        {% endfor -%}
        first_weeks.first_week + {{ p.lag_weeks + p.baseline_minimum_weeks }} as first_judged_week,
        {% for column in counts + ["judged_advanced", "judged_lost"] -%}
        coalesce(weeks_with_deals.{{ column }}, 0) as {{ column }},
        {% endfor -%}
        {% for column in expectations -%}
        coalesce(weeks_with_deals.{{ column }}, 0) as {{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from weeks
    inner join first_weeks
        on
            weeks.source = first_weeks.source
            and weeks.pipeline_id = first_weeks.pipeline_id
            and weeks.stage_id = first_weeks.stage_id
    left join weeks_with_deals
        on
            {% for key in series + ["week_number"] -%}
            {{ "and " if not loop.first }}weeks.{{ key }} = weeks_with_deals.{{ key }}
            {% endfor %}

),

pipelines as (

    -- All stages together, where there is more than one.
    select
        source,
        pipeline_id,
        'all' as stage_id,
        segment_type,
        segment,
        week_number,
        min(first_judged_week) as first_judged_week,
        {% for column in counts + ["judged_advanced", "judged_lost"] + expectations -%}
        sum({{ column }}) as {{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from stages
    where segment_type = 'all'
    group by source, pipeline_id, segment_type, segment, week_number

)

select *, false as is_whole_pipeline
from stages

union all

select *, true as is_whole_pipeline
from pipelines
