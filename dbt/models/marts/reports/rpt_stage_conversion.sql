-- sqlfluff:dialect:postgres
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

dated as (

    select
        entries.source,
        entries.pipeline_id,
        entries.stage_id,
        {{ first_of_month("entries.entered_date") }} as entry_month,
        {% for column in segment_columns().values() -%}
        deals.{{ column }},
        {% endfor -%}
        entries.rule,
        entries.outcome
    from entries
    inner join deals
        on entries.source = deals.source and entries.deal_id = deals.deal_id

),

counted as (

    select
        source,
        pipeline_id,
        stage_id,
        entry_month,
        rule,
        {{ grouped_segment_type() }} as segment_type,
        {{ grouped_segment() }} as segment,
        count(*) as entered,
        count(*) filter (where outcome = 'converted') as converted,
        count(*) filter (where outcome = 'lost') as lost,
        count(*) filter (where outcome = 'other') as other,
        count(*) filter (where outcome = 'open') as open
    from dated
    {{ group_by_segment(["source", "pipeline_id", "stage_id", "entry_month", "rule"]) }}

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
