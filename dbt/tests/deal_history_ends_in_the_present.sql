-- A deal's current interval says what fct_deals says: stage, status, amount, owner and forecast.
{{
    config(meta={
        "entity": "fct_deal_history",
        "dagster": {"ref": {"name": "fct_deal_history"}},
    })
}}

with

deals as (

    select * from {{ ref("fct_deals") }}

),

present as (

    select * from {{ ref("fct_deal_history") }}
    where valid_to is null

),

visited as (

    select distinct
        source,
        deal_id
    from {{ ref("fct_stage_visits") }}

)

select
    'deal ' || visited.deal_id as example,
    visited.source,
    deals.stage_id,
    present.stage_id as history_stage_id,
    deals.status,
    present.status as history_status,
    deals.amount,
    present.amount as history_amount,
    deals.rep_id,
    present.rep_id as history_rep_id
from visited
left join deals
    on visited.source = deals.source and visited.deal_id = deals.deal_id
left join present
    on visited.source = present.source and visited.deal_id = present.deal_id
where
    deals.deal_id is null
    or present.deal_id is null
    or deals.pipeline_id is distinct from present.pipeline_id
    or deals.stage_id is distinct from present.stage_id
    or deals.status is distinct from present.status
    or deals.amount is distinct from present.amount
    or deals.currency is distinct from present.currency
    or deals.rep_id is distinct from present.rep_id
    or deals.expected_close_date is distinct from present.expected_close_date
    or deals.forecast_category is distinct from present.forecast_category
order by example
