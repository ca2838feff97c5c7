{% set series = ["source", "pipeline_id", "stage_id", "segment_type", "segment"] -%}
with

daily_entries as (

    select
        *,
        {{ first_of_month("entered_date") }} as entry_month
    from {{ ref("int_stage_daily_entries") }}

),

monthly_arrivals as (

    select * from {{ ref("int_stage_monthly_arrivals") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

monthly_entries as (

    select
        {{ series | join(",\n        ") }},
        entry_month,
        {% for rule in ["strict", "direct"] -%}
        {% for outcome in conversion_outcomes() -%}
        sum({{ rule }}_{{ outcome }}) as {{ rule }}_{{ outcome }},
        {% endfor -%}
        {% endfor -%}
        sum(entered) as entered
    from daily_entries
    group by {{ series | join(", ") }}, entry_month

),

counted as (
    {% for rule in ["strict", "direct"] %}
    select
        {{ series | join(",\n        ") }},
        entry_month,
        '{{ rule }}' as rule,
        cast(entered as bigint) as entered
        {%- for outcome in conversion_outcomes() %},
        cast({{ rule }}_{{ outcome }} as bigint) as {{ outcome }}
        {%- endfor %}
    from monthly_entries

    union all
    {% endfor %}
    select
        {{ series | join(",\n        ") }},
        reached_month as entry_month,
        'reached' as rule,
        reached as entered
        {%- for outcome in conversion_outcomes() %},
        reached_{{ outcome }} as {{ outcome }}
        {%- endfor %}
    from monthly_arrivals

)

select
    counted.source,
    counted.pipeline_id,
    counted.stage_id,
    stages.stage_name,
    stages.position as stage_position,
    counted.entry_month,
    counted.segment_type,
    counted.segment,
    counted.rule,
    counted.entered,
    counted.converted,
    counted.lost,
    counted.other,
    counted.open,
    cast(counted.converted as double) / counted.entered as conversion_rate,
    greatest({{ wilson_bound("counted.converted", "counted.entered", "-") }}, 0)
        as conversion_rate_low,
    least({{ wilson_bound("counted.converted", "counted.entered", "+") }}, 1)
        as conversion_rate_high
from counted
inner join stages
    on
        counted.source = stages.source
        and counted.pipeline_id = stages.pipeline_id
        and counted.stage_id = stages.stage_id
