-- sqlfluff:dialect:postgres
{% set outcomes = ["converted", "lost", "other", "open"] -%}
{% set months = {"strict": "entered", "direct": "entered", "reached": "reached"} -%}
with

entries as (

    select * from {{ ref("int_stage_entries") }}

),

deals as (

    select * from {{ ref("fct_deals") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

segmented as (

    select
        entries.source,
        entries.pipeline_id,
        entries.stage_id,
        {{ first_of_month("entries.entered_date") }} as entered_month,
        {{ first_of_month("entries.reached_date") }} as reached_month,
        entries.strict_outcome,
        entries.direct_outcome,
        entries.reached_outcome,
        {% for column in segment_columns().values() -%}
        deals.{{ column }}{{ "," if not loop.last }}
        {% endfor -%}
    from entries
    inner join deals
        on entries.source = deals.source and entries.deal_id = deals.deal_id

),
{% for month in ["entered", "reached"] %}
by_{{ month }}_month as (

    select
        source,
        pipeline_id,
        stage_id,
        {{ month }}_month as entry_month,
        {{ grouped_segment_type() }} as segment_type,
        {{ grouped_segment() }} as segment,
        {% for rule in months if months[rule] == month -%}
        {% for outcome in outcomes -%}
        count(*) filter (where {{ rule }}_outcome = '{{ outcome }}') as {{ rule }}_{{ outcome }},
        {% endfor -%}
        {% endfor -%}
        count(*) as entered
    from segmented
    where {{ month }}_month is not null
    {{ group_by_segment(["source", "pipeline_id", "stage_id", month ~ "_month"]) }}

),
{% endfor %}
counted as (
    {% for rule, month in months.items() %}
    select
        source,
        pipeline_id,
        stage_id,
        entry_month,
        segment_type,
        segment,
        '{{ rule }}' as rule,
        entered
        {%- for outcome in outcomes %},
        {{ rule }}_{{ outcome }} as {{ outcome }}
        {%- endfor %}
    from by_{{ month }}_month
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}
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
