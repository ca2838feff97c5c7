-- sqlfluff:dialect:postgres
{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('entry_quarter', 'quarter', lasting=true) }}",
) }}
-- Figures of the stays of each cell that need no order among stays that last. Were none of them cut
-- off earlier, the Kaplan-Meier quantile would be the plain one with lasting stays as endless:
-- first_unfinished_hours tells whether it is.
{% set keys = ["source", "pipeline_id", "stage_id", "entry_quarter"] -%}
{% set endless = "cast('infinity' as double)" -%}
with

stays as (

    select
        *,
        case when is_completed then hours_in_stage end as completed_hours,
        case when is_completed then hours_in_stage else {{ endless }} end as hours_or_endless,
        case when not is_completed then hours_observed end as unfinished_hours
    from {{ ref("int_stage_stays") }}
    where {{ is_to_refresh("entered_date", "quarter", lasting=true) }}

),

counted as (

    select
        {{ keys | join(",\n        ") }},
        {{ grouped_segment_type() }} as segment_type,
        {{ grouped_segment() }} as segment,
        count(*) as visits,
        count(completed_hours) as completed,
        avg(completed_hours) as mean_hours_completed,
        {{ percentiles_continuous("completed_hours", [0.5, 0.9]) }} as completed_percentiles,
        -- A hair below nine tenths, which is no double: an exact nine tenths must not be missed.
        {{ percentiles_discrete("hours_or_endless", [0.5, 0.899999999999]) }} as plain_percentiles,
        coalesce(min(unfinished_hours), {{ endless }}) as first_unfinished_hours
    from stays
    {{ group_by_segment(keys) }}

)

select
    {{ keys | join(",\n    ") }},
    segment_type,
    segment,
    visits,
    completed,
    mean_hours_completed,
    {{ list_element("completed_percentiles", 1) }} as p50_hours_completed,
    {{ list_element("completed_percentiles", 2) }} as p90_hours_completed,
    {{ list_element("plain_percentiles", 1) }} as plain_median_hours,
    {{ list_element("plain_percentiles", 2) }} as plain_p90_hours,
    first_unfinished_hours
from counted
