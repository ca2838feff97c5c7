-- A deal has closed_at if and only if its current stage is won or lost and a visit places it there.
{{
    config(meta={
        "entity": "fct_deals",
        "dagster": {"ref": {"name": "fct_deals"}},
    })
}}

with

deals as (

    select * from {{ ref("fct_deals") }}

),

last_visits as (

    select
        source,
        deal_id,
        stage_kind,
        entered_at
    from {{ ref("fct_stage_visits") }}
    where next_stage_id is null

)

select
    'deal ' || deals.deal_id as example,
    deals.source,
    deals.stage_kind,
    deals.closed_at
from deals
left join last_visits
    on deals.source = last_visits.source and deals.deal_id = last_visits.deal_id
where
    (deals.closed_at is not null) != coalesce(last_visits.stage_kind != 'open', false)
    or (deals.closed_at is not null and deals.stage_kind = 'open')
    or deals.closed_at > last_visits.entered_at
order by example
