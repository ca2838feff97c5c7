-- Deals whose row in fct_deals may come out differently: the affected ones, and those that were
-- worth what the rate of the day said, because their outcome had no date yet, or a later one.
with

affected as (

    select * from {{ ref("int_affected_deals") }}

),

deals as (

    select
        *,
        case when status = 'won' then won_date else closed_date end as outcome_date
    from {{ ref("int_deals") }}

)

select source, deal_id
from affected

union distinct

select deals.source, deals.deal_id
from deals
cross join {{ refresh_scope() }} as scope
where
    not scope.is_full
    and coalesce(deals.outcome_date > {{ business_date("scope.changed_after") }}, true)
