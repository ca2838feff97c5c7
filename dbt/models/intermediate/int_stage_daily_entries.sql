-- sqlfluff:dialect:postgres
{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('entered_date', 'day') }}",
) }}
-- Deals that entered each open stage for the first time, per business day and segment, with what
-- became of them: by the rules strict and direct, and how many had converted within each horizon.
-- The latter counts entries whose beginning is known (dated).
{% set keys = ["source", "pipeline_id", "stage_id", "entered_date"] -%}
with

entries as (

    select * from {{ ref("int_stage_entries") }}
    where entered_date is not null and {{ is_to_refresh("entered_date", "day") }}

),

deals as (

    select * from {{ ref("fct_deals") }}

),

segmented as (

    select
        entries.source,
        entries.pipeline_id,
        entries.stage_id,
        entries.entered_date,
        entries.strict_outcome,
        entries.direct_outcome,
        not entries.is_left_truncated as is_dated,
        case
            when entries.direct_outcome = 'converted' and not entries.is_left_truncated
                then {{ days_between_dates("entries.entered_date", "entries.exited_date") }}
        end as days_to_conversion,
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
    count(*) as entered,
    {% for rule in ["strict", "direct"] -%}
    {% for outcome in conversion_outcomes() -%}
    count(*) filter (where {{ rule }}_outcome = '{{ outcome }}') as {{ rule }}_{{ outcome }},
    {% endfor -%}
    {% endfor -%}
    {% for horizon in conversion_estimate_parameters().horizons -%}
    count(*) filter (where days_to_conversion <= {{ horizon }}) as converted_within_{{ horizon }},
    {% endfor -%}
    count(*) filter (where is_dated) as entered_dated
from segmented
{{ group_by_segment(keys) }}
