-- The age curve of deals that were won: the share of their stays in each open stage that were over
-- after so many days, for stays that ended in the last year.
with

daily as (

    select
        source,
        pipeline_id,
        stage_id,
        days_in_stage,
        won_stays as stays
    from {{ ref("int_stage_closed_stays") }}
    where won_stays > 0

),

stages as (

    select
        source,
        pipeline_id,
        stage_id,
        max(days_in_stage) as longest_days,
        sum(stays) as won_stays
    from daily
    group by source, pipeline_id, stage_id

),

days as (

    -- Every number of days, so that a deal finds its own without a search.
    select
        source,
        pipeline_id,
        stage_id,
        longest_days,
        won_stays,
        {{ each_number("0", "cast(longest_days as integer)") }} as days_in_stage
    from stages

)

select
    days.source,
    days.pipeline_id,
    days.stage_id,
    days.days_in_stage,
    days.longest_days,
    days.won_stays,
    coalesce(sum(daily.stays) over by_stage, 0) / cast(days.won_stays as double) as share_over
from days
left join daily
    on
        days.source = daily.source
        and days.pipeline_id = daily.pipeline_id
        and days.stage_id = daily.stage_id
        and days.days_in_stage = daily.days_in_stage
window by_stage as (
    partition by days.source, days.pipeline_id, days.stage_id order by days.days_in_stage
)
