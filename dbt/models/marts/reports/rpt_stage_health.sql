with

scores as (

    select * from {{ ref("int_stage_weekly_scores") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

)

select
    scores.source,
    scores.pipeline_id,
    scores.stage_id,
    coalesce(stages.stage_name, 'All stages') as stage_name,
    scores.segment_type,
    scores.segment,
    scores.kind,
    {{ first_of_week("scores.week_number") }} as week_start_date,
    {{ last_of_week("scores.week_number") }} as week_end_date,
    cast(scores.observed as bigint) as observed,
    scores.expected,
    scores.ratio,
    scores.score,
    scores.threshold,
    scores.status
from scores
left join stages
    on
        not scores.is_whole_pipeline
        and scores.source = stages.source
        and scores.pipeline_id = stages.pipeline_id
        and scores.stage_id = stages.stage_id
