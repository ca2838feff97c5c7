-- sqlfluff:dialect:postgres
{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('reached_month', 'month') }}",
) }}
-- Deals that reached each open stage, or skipped past it, per month and segment, with what became
-- of them: the rule reached.
{% set keys = ["source", "pipeline_id", "stage_id", "reached_month"] -%}
with

entries as (

    select
        *,
        {{ first_of_month("reached_date") }} as reached_month
    from {{ ref("int_stage_entries") }}
    where reached_date is not null and {{ is_to_refresh("reached_date", "month") }}

),

deals as (

    select * from {{ ref("fct_deals") }}

),

segmented as (

    select
        entries.source,
        entries.pipeline_id,
        entries.stage_id,
        entries.reached_month,
        entries.reached_outcome,
        {% for column in segment_columns().values() -%}
        deals.{{ column }}{{ "," if not loop.last }}
        {% endfor -%}
    from entries
    inner join deals
        on entries.source = deals.source and entries.deal_id = deals.deal_id

)

select
    {{ keys | join(",\n    ") }},
    {{ grouped_segment_type() }} as segment_type,
    {{ grouped_segment() }} as segment,
    count(*) as reached,
    {% for outcome in conversion_outcomes() -%}
    count(*) filter (where reached_outcome = '{{ outcome }}') as reached_{{ outcome }}
    {{- "," if not loop.last }}
    {% endfor -%}
from segmented
{{ group_by_segment(keys) }}
