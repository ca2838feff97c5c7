{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_estimates_to_refresh() }}",
) }}
-- Per day since entry: how many stays were at risk of leaving, and how many left to where. At risk
-- on day t are those who came under observation before t and were still there, that is
-- entry_day < t <= exit_day.
--
-- Where stays come under observation late (the form window), a series may tell nothing of some day:
-- nobody was watched from the start, or all who were had gone while others, watched later, were
-- still there. From that day on its shares are unknown: they are a product over all days before.
{% set series = ["source", "pipeline_id", "stage_id", "segment_type", "segment", "form",
    "period_start_date"] -%}
with

stays as (

    select * from {{ ref("int_stage_observed_stays") }}
    where {{ is_estimate_to_refresh() }}

),

points as (

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        form,
        period_start_date,
        period_end_date,
        entry_day as day_in_stage,
        stays as net_entering,
        0 as converted,
        0 as lost,
        0 as other
    from stays

    union all

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        form,
        period_start_date,
        period_end_date,
        exit_day as day_in_stage,
        -stays as net_entering,
        case when outcome = 'converted' then stays else 0 end as converted,
        case when outcome = 'lost' then stays else 0 end as lost,
        case when outcome = 'other' then stays else 0 end as other
    from stays

),

days as (

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        form,
        period_start_date,
        period_end_date,
        day_in_stage,
        sum(net_entering) as net_entering,
        sum(converted) as converted,
        sum(lost) as lost,
        sum(other) as other
    from points
    group by
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        form,
        period_start_date,
        period_end_date,
        day_in_stage

),

counted as (

    select
        *,
        cast(coalesce(sum(net_entering) over (
            partition by {{ series | join(", ") }}
            order by day_in_stage
            rows between unbounded preceding and 1 preceding
        ), 0) as bigint) as at_risk,
        lead(day_in_stage) over (
            partition by {{ series | join(", ") }} order by day_in_stage
        ) is null as is_last_day
    from days

),

emptied as (

    select
        *,
        case
            when is_last_day then null
            -- All at risk left, and yet somebody stayed: that nobody does is no estimate.
            when at_risk > 0 and at_risk = converted + lost + other then day_in_stage
            when at_risk + net_entering = 0 then day_in_stage + 1
        end as emptied_on_day
    from counted

)

select
    {{ series | join(",\n    ") }},
    period_end_date,
    day_in_stage,
    cast(net_entering as bigint) as net_entering,
    at_risk,
    cast(converted as bigint) as converted,
    cast(lost as bigint) as lost,
    cast(other as bigint) as other,
    -- The first day of which the series tells nothing; null where there is none.
    case
        when min(day_in_stage) over whole_series > -1 then 0
        else min(emptied_on_day) over whole_series
    end as unknown_from_day
from emptied
window whole_series as (partition by {{ series | join(", ") }})
