-- Kaplan-Meier quantiles of the time in a stage, where stays that last matter: the first time by
-- which half, or nine tenths, of the stays have ended, the lasting ones being at risk until as-of
-- (Kaplan and Meier, 1958). Cells whose lasting stays are all longer than that need no such care.
{% set cell = ["source", "pipeline_id", "stage_id", "segment_type", "segment", "entry_quarter"] -%}
with

cells as (

    select * from {{ ref("int_stage_duration_cells") }}
    where first_unfinished_hours < plain_p90_hours

),

segments as (

    select * from {{ ref("int_deal_segments") }}

),

quarters as (

    select distinct source, pipeline_id, stage_id, entry_quarter
    from cells

),

stays as (

    select stays.*
    from {{ ref("int_stage_stays") }} as stays
    inner join quarters
        on
            stays.source = quarters.source
            and stays.pipeline_id = quarters.pipeline_id
            and stays.stage_id = quarters.stage_id
            and stays.entry_quarter = quarters.entry_quarter

),

times as (

    select
        stays.source,
        stays.pipeline_id,
        stays.stage_id,
        cells.segment_type,
        cells.segment,
        stays.entry_quarter,
        stays.hours_observed,
        count(*) as leaving,
        count(*) filter (where stays.is_completed) as completed
    from stays
    inner join segments on stays.source = segments.source and stays.deal_id = segments.deal_id
    inner join cells
        on
            stays.source = cells.source
            and stays.pipeline_id = cells.pipeline_id
            and stays.stage_id = cells.stage_id
            and stays.entry_quarter = cells.entry_quarter
            and segments.segment_type = cells.segment_type
            and segments.segment = cells.segment
    group by
        stays.source,
        stays.pipeline_id,
        stays.stage_id,
        cells.segment_type,
        cells.segment,
        stays.entry_quarter,
        stays.hours_observed

),

at_risk as (

    select
        *,
        sum(leaving) over (partition by {{ cell | join(", ") }} order by hours_observed desc)
            as at_risk
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
    window so_far as (partition by {{ cell | join(", ") }} order by hours_observed)

)

select
    {{ cell | join(",\n    ") }},
    -- The tolerance keeps an exact half from being missed by the rounding of logarithms.
    min(hours_observed) filter (
        where is_exhausted = 1 or log_survival <= ln(0.5) + 1e-12
    ) as km_median_hours,
    min(hours_observed) filter (
        where is_exhausted = 1 or log_survival <= ln(0.1) + 1e-12
    ) as km_p90_hours
from survival
group by {{ cell | join(", ") }}
