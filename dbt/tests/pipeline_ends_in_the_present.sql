-- The last day of the pipeline holds the deals, and the amounts, that are open now and have visits.
{{ config(meta={"entity": "rpt_pipeline_daily", "dagster": {"ref": {"name": "rpt_pipeline_daily"}}}) }}

with

last_day as (

    select
        source,
        pipeline_id,
        stage_id,
        currency,
        open_deals,
        open_amount
    from {{ ref("rpt_pipeline_daily") }}
    where snapshot_date = (select max(snapshot_date) from {{ ref("rpt_pipeline_daily") }})

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
    'stage ' || stage_id || ' (' || currency || ')' as example,
    source,
    pipeline_id,
    coalesce(last_day.open_deals, 0) as open_deals_of_last_day,
    coalesce(open_now.open_deals, 0) as open_deals_now,
    coalesce(last_day.open_amount, 0) as open_amount_of_last_day,
    coalesce(open_now.open_amount, 0) as open_amount_now
from last_day
full outer join open_now using (source, pipeline_id, stage_id, currency)
where
    coalesce(last_day.open_deals, 0) != coalesce(open_now.open_deals, 0)
    or coalesce(last_day.open_amount, 0) != coalesce(open_now.open_amount, 0)
