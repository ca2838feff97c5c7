{%- set p = deal_health_parameters() -%}
-- The age curve of deals that were won: the share of their stays in each open stage that were over
-- after so many days, for stays that ended in the last year.
with

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open' and not (is_left_truncated or is_inferred_history)

),

deals as (

    select * from {{ ref("fct_deals") }}
    where status = 'won'

),

stays as (

    select
        visits.source,
        visits.pipeline_id,
        visits.stage_id,
        {{ days_between_dates("visits.entered_date", "visits.exited_date") }} as days_in_stage
    from visits
    inner join deals on visits.source = deals.source and visits.deal_id = deals.deal_id
    where visits.exited_date > {{ add_days(as_of_date(), -7 * p.history_weeks) }}

),

daily as (

    select
        source,
        pipeline_id,
        stage_id,
        days_in_stage,
        count(*) as stays
    from stays
    group by source, pipeline_id, stage_id, days_in_stage

)

select
    source,
    pipeline_id,
    stage_id,
    days_in_stage,
    lead(days_in_stage) over by_stage as next_days_in_stage,
    sum(stays) over by_stage / cast(sum(stays) over whole_stage as double) as share_over,
    sum(stays) over whole_stage as won_stays
from daily
window
    by_stage as (partition by source, pipeline_id, stage_id order by days_in_stage),
    whole_stage as (partition by source, pipeline_id, stage_id)
