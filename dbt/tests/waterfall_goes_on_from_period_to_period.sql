-- A period opens with what the one before it closed with, and begins the day after that one ended.
{{ config(meta={"entity": "rpt_pipeline_waterfall"}) }}

with

openings as (

    select * from {{ ref("rpt_pipeline_waterfall") }}
    where movement = 'opening'

),

closings as (

    select
        *,
        lag(period_end) over by_period as previous_period_end,
        coalesce(lag(deals) over by_period, 0) as previous_deals,
        coalesce(lag(amount) over by_period, 0) as previous_amount,
        case
            when row_number() over by_period = 1 then 0
            else lag(amount_reporting) over by_period
        end as previous_amount_reporting
    from {{ ref("rpt_pipeline_waterfall") }}
    where movement = 'closing'
    window
        by_period as (
            partition by source, pipeline_id, currency, period_kind order by period_start
        )

)

select
    openings.period_kind || ' of ' || openings.period_start || ' (' || openings.currency || ')'
        as example,
    openings.source,
    openings.pipeline_id,
    closings.previous_deals,
    openings.deals,
    closings.previous_amount,
    openings.amount,
    closings.previous_amount_reporting,
    openings.amount_reporting
from openings
left join closings
    on
        openings.source = closings.source
        and openings.pipeline_id = closings.pipeline_id
        and openings.currency = closings.currency
        and openings.period_kind = closings.period_kind
        and openings.period_start = closings.period_start
where
    closings.deals is null
    or closings.previous_deals != openings.deals
    or closings.previous_amount != openings.amount
    or closings.previous_amount_reporting is distinct from openings.amount_reporting
    or {{ add_days("closings.previous_period_end", 1) }} != openings.period_start
order by example
