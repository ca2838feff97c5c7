-- What was due has one fate, and slippage tells what the waterfall of due deals opened with, lost
-- to pushes and was given by pulls.
{{
    config(meta={
        "entity": "rpt_slippage",
        "dagster": {"ref": {"name": "rpt_slippage"}},
    })
}}

with

slippage as (

    select * from {{ ref("rpt_slippage") }}
    where segment_type = 'all'

),

waterfall as (

    select
        source,
        pipeline_id,
        period_kind,
        period_start,
        coalesce(sum(due_deals) filter (where movement = 'opening'), 0) as due_deals,
        coalesce(-sum(due_deals) filter (where movement = 'pushed_out'), 0) as slipped_deals,
        coalesce(sum(due_deals) filter (where movement = 'pulled_in'), 0) as pulled_in_deals
    from {{ ref("rpt_pipeline_waterfall") }}
    group by source, pipeline_id, period_kind, period_start

)

select
    waterfall.period_kind || ' of ' || waterfall.period_start as example,
    waterfall.source,
    waterfall.pipeline_id,
    waterfall.due_deals as due_deals_of_waterfall,
    slippage.due_deals,
    waterfall.slipped_deals as slipped_deals_of_waterfall,
    slippage.slipped_deals,
    waterfall.pulled_in_deals as pulled_in_deals_of_waterfall,
    slippage.pulled_in_deals
from waterfall
left join slippage
    on
        waterfall.source = slippage.source
        and waterfall.pipeline_id = slippage.pipeline_id
        and waterfall.period_kind = slippage.period_kind
        and waterfall.period_start = slippage.period_start
where
    waterfall.due_deals != coalesce(slippage.due_deals, 0)
    or waterfall.slipped_deals != coalesce(slippage.slipped_deals, 0)
    or waterfall.pulled_in_deals != coalesce(slippage.pulled_in_deals, 0)
    or slippage.due_deals
    != slippage.won_deals
    + slippage.lost_deals
    + slippage.slipped_deals
    + slippage.still_open_deals
    + slippage.other_deals
    or slippage.due_amount_reporting
    != slippage.won_amount_reporting
    + slippage.lost_amount_reporting
    + slippage.slipped_amount_reporting
    + slippage.still_open_amount_reporting
    + slippage.other_amount_reporting
order by example
