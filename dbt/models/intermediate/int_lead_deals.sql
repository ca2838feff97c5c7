-- The deals that leads became, as either side names the other. Two leads may share a deal; its
-- amount is credited to one of them, or their sum would be more than was won.
with

leads as (

    select * from {{ ref("int_leads_unioned") }}

),

-- A merged deal was a deal of its lead; what became of it is told by the winner, of another lead.
deals as (

    select * from {{ ref("fct_deals") }}
    where status != 'deleted' and created_date is not null

),

links as (

    select
        source,
        lead_id,
        deal_id,
        true as is_named_by_deal
    from deals
    -- Most deals name none: not worth grouping.
    where lead_id != 'unknown'

    union all

    select
        source,
        lead_id,
        converted_deal_id as deal_id,
        false as is_named_by_deal
    from leads
    where converted_deal_id is not null

),

pairs as (

    select
        source,
        lead_id,
        deal_id,
        bool_or(is_named_by_deal) as is_named_by_deal
    from links
    group by source, lead_id, deal_id

)

select
    pairs.source,
    pairs.lead_id,
    pairs.deal_id,
    deals.created_date,
    deals.won_date,
    case when deals.status = 'won' then deals.amount_reporting end as won_amount_reporting,
    deals.won_date is not null
    and deals.amount is not null
    and deals.amount_reporting is null as is_won_without_rate,
    row_number() over (
        partition by pairs.source, pairs.deal_id
        order by
            leads.deleted_at is not null,
            pairs.is_named_by_deal desc,
            leads.converted_at nulls last,
            pairs.lead_id
    ) = 1 as is_credited
from pairs
inner join leads on pairs.source = leads.source and pairs.lead_id = leads.lead_id
inner join deals on pairs.source = deals.source and pairs.deal_id = deals.deal_id
