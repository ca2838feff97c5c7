{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('entry_quarter', 'quarter', lasting=true) }}",
) }}
-- Kaplan-Meier quantiles of the time in a stage, where stays that last matter: the first time by
-- which half, or nine tenths, of the stays have ended, the lasting ones being at risk until as-of
-- (Kaplan and Meier, 1958). Cells whose lasting stays are all longer than that need no such care.
{% set cell = ["source", "pipeline_id", "stage_id", "segment_type", "segment", "entry_quarter"] -%}
{# The logarithm of no survival, as a number that no sum brings back. -#}
{% set nobody_stays = "cast('-infinity' as double)" -%}
with

cells as (

    -- A number is quicker to sort by than six names.
    select
        *,
        row_number() over (order by {{ cell | join(", ") }}) as cell_number
    from {{ ref("int_stage_duration_cells") }}
    where
        first_unfinished_hours < plain_p90_hours
        and {{ is_to_refresh("entry_quarter", "quarter", lasting=true) }}

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
    where {{ is_to_refresh("stays.entered_date", "quarter", lasting=true) }}

),

segmented as (
    {% for segment_type, segment in all_segments().items() %}
    select
        source,
        pipeline_id,
        stage_id,
        '{{ segment_type }}' as segment_type,
        {{ segment }} as segment,
        entry_quarter,
        hours_observed,
        is_completed
    from stays
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}
),

ranked as (

    -- Whoever leaves at a moment does so before somebody is cut off at it. No stay matters that is
    -- longer than the quantile with lasting stays as endless: the estimate is never above it.
    select
        cells.cell_number,
        segmented.hours_observed,
        segmented.is_completed,
        cells.visits + 1 - row_number() over by_time as at_risk
    from segmented
    inner join cells
        on
            segmented.source = cells.source
            and segmented.pipeline_id = cells.pipeline_id
            and segmented.stage_id = cells.stage_id
            and segmented.segment_type = cells.segment_type
            and segmented.segment = cells.segment
            and segmented.entry_quarter = cells.entry_quarter
    where segmented.hours_observed <= cells.plain_p90_hours
    window
        by_time as (
            partition by cells.cell_number
            order by segmented.hours_observed, segmented.is_completed desc
        )

),

survival as (

    -- One factor for each who leaves: those of one moment multiply to the share that stays.
    select
        cell_number,
        hours_observed,
        sum(
            case
                when is_completed and at_risk > 1 then ln(1 - 1 / cast(at_risk as double))
                when is_completed then {{ nobody_stays }}
            end
        ) over so_far as log_survival
    from ranked
    window
        so_far as (
            partition by cell_number
            order by at_risk desc
            rows between unbounded preceding and current row
        )

),

quantiles as (

    -- The tolerance keeps an exact half from being missed by the rounding of logarithms.
    select
        cell_number,
        min(hours_observed) filter (where log_survival <= ln(0.5) + 1e-10) as km_median_hours,
        min(hours_observed) filter (where log_survival <= ln(0.1) + 1e-10) as km_p90_hours
    from survival
    group by cell_number

)

select
    {% for name in cell -%}
    cells.{{ name }},
    {% endfor -%}
    quantiles.km_median_hours,
    quantiles.km_p90_hours
from quantiles
inner join cells on quantiles.cell_number = cells.cell_number
