with

stays as (

    select * from {{ ref("int_stage_stays") }}

),

quantiles as (

    select * from {{ ref("int_stage_duration_quantiles") }}

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
    quantiles.km_median_hours,
    quantiles.km_p90_hours
from durations
inner join quantiles
    on
        durations.source = quantiles.source
        and durations.pipeline_id = quantiles.pipeline_id
        and durations.stage_id = quantiles.stage_id
        and durations.segment_type = quantiles.segment_type
        and durations.segment = quantiles.segment
        and durations.entry_quarter = quantiles.entry_quarter
inner join stages
    on
        durations.source = stages.source
        and durations.pipeline_id = stages.pipeline_id
        and durations.stage_id = stages.stage_id
