with

stays as (

    select * from {{ ref("int_stage_stays") }}

),

medians as (

    select * from {{ ref("int_stage_duration_medians") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

durations as (

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        entry_quarter,
        count(*) as visits,
        count(*) filter (where is_completed) as completed,
        avg(hours_in_stage) filter (where is_completed) as mean_hours_completed,
        median(hours_in_stage) filter (where is_completed) as p50_hours_completed,
        percentile_cont(0.9) within group (order by hours_in_stage) filter (where is_completed)
            as p90_hours_completed
    from stays
    group by source, pipeline_id, stage_id, segment_type, segment, entry_quarter

)

select
    durations.source,
    durations.pipeline_id,
    durations.stage_id,
    stages.stage_name,
    stages.position as stage_position,
    durations.segment_type,
    durations.segment,
    durations.entry_quarter,
    durations.visits,
    durations.completed,
    durations.mean_hours_completed,
    durations.p50_hours_completed,
    durations.p90_hours_completed,
    medians.km_median_hours
from durations
inner join medians
    on
        durations.source = medians.source
        and durations.pipeline_id = medians.pipeline_id
        and durations.stage_id = medians.stage_id
        and durations.segment_type = medians.segment_type
        and durations.segment = medians.segment
        and durations.entry_quarter = medians.entry_quarter
inner join stages
    on
        durations.source = stages.source
        and durations.pipeline_id = stages.pipeline_id
        and durations.stage_id = stages.stage_id
