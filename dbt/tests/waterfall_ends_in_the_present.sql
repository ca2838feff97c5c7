-- The last week, month and quarter close with the deals that are open now and have visits; due are
-- those that are expected to close in it.
{{
    config(meta={
        "entity": "rpt_pipeline_waterfall",
        "dagster": {"ref": {"name": "rpt_pipeline_waterfall"}},
    })
}}

with

closings as (

    select
        *,
        max(period_start) over (partition by period_kind) as last_period_start
    from {{ ref("rpt_pipeline_waterfall") }}
    where movement = 'closing'

),

last_closings as (

    select * from closings
    where period_start = last_period_start

),

last_periods as (

    select distinct
        period_kind,
        period_start,
        period_end
    from last_closings

),

visited as (

    select distinct
        source,
        deal_id
    from {{ ref("fct_stage_visits") }}

),

open_deals as (

    select deals.*
    from {{ ref("fct_deals") }} as deals
    inner join visited
        on deals.source = visited.source and deals.deal_id = visited.deal_id
    where deals.status = 'open'

),

open_now as (

    select
        open_deals.source,
        open_deals.pipeline_id,
        open_deals.currency,
        last_periods.period_kind,
        count(*) as deals,
        sum(coalesce(open_deals.amount, 0)) as amount,
        count(*) filter (
            where
            open_deals.expected_close_date >= last_periods.period_start
            and open_deals.expected_close_date <= last_periods.period_end
        ) as due_deals
    from open_deals
    cross join last_periods
    group by
        open_deals.source, open_deals.pipeline_id, open_deals.currency, last_periods.period_kind

)

select
    coalesce(last_closings.period_kind, open_now.period_kind) || ' ('
    || coalesce(last_closings.currency, open_now.currency) || ')' as example,
    coalesce(last_closings.source, open_now.source) as source,
    coalesce(last_closings.pipeline_id, open_now.pipeline_id) as pipeline_id,
    last_closings.deals as closing_deals,
    open_now.deals as open_deals_now,
    last_closings.amount as closing_amount,
    open_now.amount as open_amount_now,
    last_closings.due_deals as closing_due_deals,
    open_now.due_deals as due_deals_now
from last_closings
full outer join open_now
    on
        last_closings.source = open_now.source
        and last_closings.pipeline_id = open_now.pipeline_id
        and last_closings.currency = open_now.currency
        and last_closings.period_kind = open_now.period_kind
where
    coalesce(last_closings.deals, 0) != coalesce(open_now.deals, 0)
    or coalesce(last_closings.amount, 0) != coalesce(open_now.amount, 0)
    or coalesce(last_closings.due_deals, 0) != coalesce(open_now.due_deals, 0)
order by example
