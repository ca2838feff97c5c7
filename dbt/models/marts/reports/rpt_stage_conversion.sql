with

entries as (

    select * from {{ ref("int_stage_entries") }}

),

segments as (

    select * from {{ ref("int_deal_segments") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

counted as (

    select
        entries.source,
        entries.pipeline_id,
        entries.stage_id,
        {{ first_of_month("entries.entered_date") }} as entry_month,
        segments.segment_type,
        segments.segment,
        entries.rule,
        count(*) as entered,
        count(*) filter (where entries.outcome = 'converted') as converted,
        count(*) filter (where entries.outcome = 'lost') as lost,
        count(*) filter (where entries.outcome = 'other') as other,
        count(*) filter (where entries.outcome = 'open') as open
    from entries
    inner join segments
        on entries.source = segments.source and entries.deal_id = segments.deal_id
    group by 1, 2, 3, 4, 5, 6, 7

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
