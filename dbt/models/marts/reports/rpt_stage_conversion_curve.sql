{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_estimates_to_refresh() }}",
) }}
with

curves as (

    select * from {{ ref("int_stage_conversion_curves") }}
    where {{ is_estimate_to_refresh() }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

)

select
    curves.source,
    curves.pipeline_id,
    curves.stage_id,
    stages.stage_name,
    stages.position as stage_position,
    curves.segment_type,
    curves.segment,
    curves.form,
    curves.period_start_date,
    curves.period_end_date,
    cast(curves.day_in_stage as integer) as horizon_day,
    curves.at_risk,
    curves.converted,
    curves.lost,
    curves.other,
    curves.estimate,
    curves.standard_error,
    {{ log_log_bound("curves.estimate", "curves.standard_error", "+") }} as estimate_low,
    {{ log_log_bound("curves.estimate", "curves.standard_error", "-") }} as estimate_high,
    curves.lost_estimate,
    curves.other_estimate,
    curves.staying_estimate,
    curves.staying_standard_error
from curves
inner join stages
    on
        curves.source = stages.source
        and curves.pipeline_id = stages.pipeline_id
        and curves.stage_id = stages.stage_id
