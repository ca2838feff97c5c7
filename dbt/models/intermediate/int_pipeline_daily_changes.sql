{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('date_day', 'day') }}",
) }}
-- What each business day changed in the open deals of each stage, and how many came in and went
-- out.
with

deal_days as (

    select * from {{ ref("int_deal_days") }}
    where status = 'open'

),

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open'

),

deals as (

    select * from {{ ref("fct_deals") }}

),

changes as (

    select
        source, pipeline_id, stage_id, currency, from_date as date_day,
        1 as deals, coalesce(amount, 0) as amount, 0 as entered, 0 as exited
    from deal_days
    where {{ is_to_refresh("from_date", "day") }}

    union all

    select
        source, pipeline_id, stage_id, currency, to_date as date_day,
        -1 as deals, -coalesce(amount, 0) as amount, 0 as entered, 0 as exited
    from deal_days
    where to_date is not null and {{ is_to_refresh("to_date", "day") }}

    union all

    select
        visits.source, visits.pipeline_id, visits.stage_id, deals.currency,
        visits.entered_date as date_day, 0 as deals, 0 as amount, 1 as entered, 0 as exited
    from visits
    inner join deals on visits.source = deals.source and visits.deal_id = deals.deal_id
    where {{ is_to_refresh("visits.entered_date", "day") }}

    union all

    select
        visits.source, visits.pipeline_id, visits.stage_id, deals.currency,
        visits.exited_date as date_day, 0 as deals, 0 as amount, 0 as entered, 1 as exited
    from visits
    inner join deals on visits.source = deals.source and visits.deal_id = deals.deal_id
    where visits.exited_date is not null and {{ is_to_refresh("visits.exited_date", "day") }}

)

select
    source,
    pipeline_id,
    stage_id,
    currency,
    date_day,
    sum(deals) as deals,
    sum(amount) as amount,
    sum(entered) as entered,
    sum(exited) as exited
from changes
group by source, pipeline_id, stage_id, currency, date_day
