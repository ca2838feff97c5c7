with

cells as (

    select * from {{ ref("int_stage_duration_cells") }}

),

quantiles as (

    select * from {{ ref("int_stage_duration_quantiles") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

)

select
    cells.source,
    cells.pipeline_id,
    cells.stage_id,
    stages.stage_name,
    stages.position as stage_position,
    cells.segment_type,
    cells.segment,
    cells.entry_quarter,
    cells.visits,
    cells.completed,
    cells.mean_hours_completed,
    cells.p50_hours_completed,
    cells.p90_hours_completed,
    case
        when cells.plain_median_hours <= cells.first_unfinished_hours
            then nullif(cells.plain_median_hours, cast('infinity' as double))
        else quantiles.km_median_hours
    end as km_median_hours,
    case
        when cells.plain_p90_hours <= cells.first_unfinished_hours
            then nullif(cells.plain_p90_hours, cast('infinity' as double))
        else quantiles.km_p90_hours
    end as km_p90_hours
from cells
left join quantiles
    on
        cells.source = quantiles.source
        and cells.pipeline_id = quantiles.pipeline_id
        and cells.stage_id = quantiles.stage_id
        and cells.segment_type = quantiles.segment_type
        and cells.segment = quantiles.segment
        and cells.entry_quarter = quantiles.entry_quarter
inner join stages
    on
        cells.source = stages.source
        and cells.pipeline_id = stages.pipeline_id
        and cells.stage_id = stages.stage_id
