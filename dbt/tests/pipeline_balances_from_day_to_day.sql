-- The open deals of one day plus those that entered less those that left are the next day's.
{{ config(meta={"entity": "rpt_pipeline_daily"}) }}

with

days as (

    select
        source,
        pipeline_id,
        stage_id,
        currency,
        snapshot_date,
        open_deals,
        entered,
        exited,
        coalesce(lag(open_deals) over by_day, 0) as open_deals_before
    from {{ ref("rpt_pipeline_daily") }}
    window
        by_day as (partition by source, pipeline_id, stage_id, currency order by snapshot_date)

)

select
    'stage ' || stage_id || ' (' || currency || ', ' || snapshot_date || ')' as example,
    source,
    pipeline_id,
    open_deals_before,
    entered,
    exited,
    open_deals
from days
where open_deals < 0 or open_deals != open_deals_before + entered - exited
order by example
