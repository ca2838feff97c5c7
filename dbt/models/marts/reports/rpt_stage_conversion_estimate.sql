with

horizons as (

    select * from {{ ref("int_stage_conversion_horizons") }}

),

matured as (

    select * from {{ ref("int_stage_matured_conversions") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

)

select
    horizons.source,
    horizons.pipeline_id,
    horizons.stage_id,
    stages.stage_name,
    stages.position as stage_position,
    horizons.segment_type,
    horizons.segment,
    horizons.form,
    horizons.period_start_date,
    horizons.period_end_date,
    cast(horizons.horizon_day as integer) as horizon_day,
    horizons.at_risk,
    horizons.estimate,
    horizons.standard_error,
    {{ log_log_bound("horizons.estimate", "horizons.standard_error", "+") }} as estimate_low,
    {{ log_log_bound("horizons.estimate", "horizons.standard_error", "-") }} as estimate_high,
    horizons.lost_estimate,
    horizons.other_estimate,
    horizons.staying_estimate,
    coalesce(matured.matured_entered, 0) as matured_entered,
    coalesce(matured.matured_converted, 0) as matured_converted,
    cast(matured.matured_converted as double) / matured.matured_entered as matured_conversion_rate
from horizons
left join matured
    on
        horizons.source = matured.source
        and horizons.pipeline_id = matured.pipeline_id
        and horizons.stage_id = matured.stage_id
        and horizons.segment_type = matured.segment_type
        and horizons.segment = matured.segment
        and horizons.form = matured.form
        and horizons.period_start_date = matured.period_start_date
        and horizons.horizon_day = matured.horizon_day
inner join stages
    on
        horizons.source = stages.source
        and horizons.pipeline_id = stages.pipeline_id
        and horizons.stage_id = stages.stage_id
