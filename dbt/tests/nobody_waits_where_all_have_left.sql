-- Where nobody stays by the estimate, nobody does: all who were at risk left that day, and no curve
-- goes on after it.
{{ config(meta={"entity": "rpt_stage_conversion_estimate"}) }}

with

curves as (

    select
        *,
        lead(horizon_day) over (
            partition by
                source, pipeline_id, stage_id, segment_type, segment, form, period_start_date
            order by horizon_day
        ) as next_day
    from {{ ref("rpt_stage_conversion_curve") }}

),

estimates as (

    select * from {{ ref("rpt_stage_conversion_estimate") }}

),

contradicted as (

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        form,
        horizon_day,
        at_risk
    from curves
    where staying_estimate = 0 and (at_risk > converted + lost + other or next_day is not null)

    union all

    select
        estimates.source,
        estimates.pipeline_id,
        estimates.stage_id,
        estimates.segment_type,
        estimates.segment,
        estimates.form,
        estimates.horizon_day,
        estimates.at_risk
    from estimates
    left join curves
        on
            estimates.source = curves.source
            and estimates.pipeline_id = curves.pipeline_id
            and estimates.stage_id = curves.stage_id
            and estimates.segment_type = curves.segment_type
            and estimates.segment = curves.segment
            and estimates.form = curves.form
            and estimates.period_start_date = curves.period_start_date
            and estimates.horizon_day = curves.horizon_day
    where
        estimates.staying_estimate = 0
        and estimates.at_risk > coalesce(curves.converted + curves.lost + curves.other, 0)

)

select
    'stage ' || stage_id || ' (' || form || ', ' || segment_type || ' ' || segment || ', day '
    || horizon_day || ')' as example,
    source,
    pipeline_id,
    at_risk
from contradicted
order by example
