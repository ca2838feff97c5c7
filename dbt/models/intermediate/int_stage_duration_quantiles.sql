-- Kaplan-Meier quantiles of the time in a stage: the first time by which half, or nine tenths, of the
-- stays have ended, stays that last still being at risk until as-of (Kaplan and Meier, 1958).
with

stays as (

    select * from {{ ref("int_stage_stays") }}

),

times as (

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        entry_quarter,
        hours_observed,
        count(*) as leaving,
        count(*) filter (where is_completed) as completed
    from stays
    group by source, pipeline_id, stage_id, segment_type, segment, entry_quarter, hours_observed

),

at_risk as (

    select
        *,
        sum(leaving) over (
            partition by source, pipeline_id, stage_id, segment_type, segment, entry_quarter
            order by hours_observed desc
        ) as at_risk
    from times

),

survival as (

    select
        *,
        sum(
            case when completed < at_risk then ln(1 - cast(completed as double) / at_risk) end
        ) over so_far as log_survival,
        max(case when completed = at_risk then 1 else 0 end) over so_far as is_exhausted
    from at_risk
    window
        so_far as (
            partition by source, pipeline_id, stage_id, segment_type, segment, entry_quarter
            order by hours_observed
        )

)

select
    source,
    pipeline_id,
    stage_id,
    segment_type,
    segment,
    entry_quarter,
    -- The tolerance keeps an exact half from being missed by the rounding of logarithms.
    min(hours_observed) filter (
        where is_exhausted = 1 or log_survival <= ln(0.5) + 1e-12
    ) as km_median_hours,
    min(hours_observed) filter (
        where is_exhausted = 1 or log_survival <= ln(0.1) + 1e-12
    ) as km_p90_hours
from survival
group by source, pipeline_id, stage_id, segment_type, segment, entry_quarter
