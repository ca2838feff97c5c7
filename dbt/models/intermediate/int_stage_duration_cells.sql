-- sqlfluff:dialect:postgres
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

)

select
    {{ keys | join(",\n    ") }},
    {{ grouped_segment_type() }} as segment_type,
    {{ grouped_segment() }} as segment,
    count(*) as visits,
    count(completed_hours) as completed,
    avg(completed_hours) as mean_hours_completed,
    median(completed_hours) as p50_hours_completed,
    percentile_cont(0.9) within group (order by completed_hours) as p90_hours_completed,
    percentile_disc(0.5) within group (order by hours_or_endless) as plain_median_hours,
    -- A hair below nine tenths, which is no double: an exact nine tenths must not be missed.
    percentile_disc(0.899999999999) within group (order by hours_or_endless) as plain_p90_hours,
    coalesce(min(unfinished_hours), {{ endless }}) as first_unfinished_hours
from stays
{{ group_by_segment(keys) }}
