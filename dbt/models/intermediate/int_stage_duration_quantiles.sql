-- Kaplan-Meier quantiles of the time in a stage, where stays that last matter: the first time by
-- which half, or nine tenths, of the stays have ended, the lasting ones being at risk until as-of
-- (Kaplan and Meier, 1958). Cells whose lasting stays are all longer than that need no such care.
{% set cell = ["source", "pipeline_id", "stage_id", "segment_type", "segment", "entry_quarter"] -%}
with

cells as (

    -- A number is quicker to sort by than six names.
    select
        *,
        row_number() over (order by {{ cell | join(", ") }}) as cell_number
    from {{ ref("int_stage_duration_cells") }}
    where first_unfinished_hours < plain_p90_hours

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

times as (

    select
        cells.cell_number,
        segmented.hours_observed,
        count(*) as leaving,
        count(*) filter (where segmented.is_completed) as completed
    from segmented
    inner join cells
        on
            segmented.source = cells.source
            and segmented.pipeline_id = cells.pipeline_id
            and segmented.stage_id = cells.stage_id
            and segmented.segment_type = cells.segment_type
            and segmented.segment = cells.segment
            and segmented.entry_quarter = cells.entry_quarter
    group by cells.cell_number, segmented.hours_observed

),

at_risk as (

    select
        *,
        sum(leaving) over (partition by cell_number order by hours_observed desc) as at_risk
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
    window so_far as (partition by cell_number order by hours_observed)

),

quantiles as (

    -- The tolerance keeps an exact half from being missed by the rounding of logarithms.
    select
        cell_number,
        min(hours_observed) filter (
            where is_exhausted = 1 or log_survival <= ln(0.5) + 1e-12
        ) as km_median_hours,
        min(hours_observed) filter (
            where is_exhausted = 1 or log_survival <= ln(0.1) + 1e-12
        ) as km_p90_hours
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
