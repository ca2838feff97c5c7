-- The last day of the pipeline holds the deals, and the amounts, that are open now and have visits.
{{
    config(meta={
        "entity": "rpt_pipeline_daily",
        "dagster": {"ref": {"name": "rpt_pipeline_daily"}},
    })
}}

with

days as (

    select
        *,
        max(snapshot_date) over () as last_date
    from {{ ref("rpt_pipeline_daily") }}

),

last_day as (

    select * from days
    where snapshot_date = last_date

),

visited as (

    select distinct
        source,
        deal_id
    from {{ ref("fct_stage_visits") }}

),

open_now as (

    select
        deals.source,
        deals.pipeline_id,
        deals.stage_id,
        deals.currency,
        count(*) as open_deals,
        sum(coalesce(deals.amount, 0)) as open_amount
    from {{ ref("fct_deals") }} as deals
    inner join visited
        on deals.source = visited.source and deals.deal_id = visited.deal_id
    where deals.status = 'open'
    group by deals.source, deals.pipeline_id, deals.stage_id, deals.currency

)

select
    'stage ' || coalesce(last_day.stage_id, open_now.stage_id) || ' ('
    || coalesce(last_day.currency, open_now.currency) || ')' as example,
    coalesce(last_day.source, open_now.source) as source,
    coalesce(last_day.pipeline_id, open_now.pipeline_id) as pipeline_id,
    coalesce(last_day.open_deals, 0) as open_deals_of_last_day,
    coalesce(open_now.open_deals, 0) as open_deals_now,
    coalesce(last_day.open_amount, 0) as open_amount_of_last_day,
    coalesce(open_now.open_amount, 0) as open_amount_now
from last_day
full outer join open_now
    on
        last_day.source = open_now.source
        and last_day.pipeline_id = open_now.pipeline_id
        and last_day.stage_id = open_now.stage_id
        and last_day.currency = open_now.currency
where
    coalesce(last_day.open_deals, 0) != coalesce(open_now.open_deals, 0)
    or coalesce(last_day.open_amount, 0) != coalesce(open_now.open_amount, 0)
order by example
