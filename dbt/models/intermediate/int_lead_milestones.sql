-- The business date on which a living lead first reached each step of the funnel. A later step
-- implies the ones before it, by its own date: a lead that sales took at once was qualified, too.
with

leads as (

    select * from {{ ref("int_leads_unioned") }}
    where deleted_at is null

),

visits as (

    select * from {{ ref("fct_lead_status_visits") }}

),

lead_deals as (

    select * from {{ ref("int_lead_deals") }}

),

by_status as (

    select
        source,
        lead_id,
        {%- for step in ["mql", "sql"] %}
        min(entered_date) filter (where funnel_rank >= {{ lead_funnel().index(step) + 1 }})
            as {{ step }}_date{{ "," if not loop.last }}
        {%- endfor %}
    from visits
    group by source, lead_id

),

by_deal as (

    select
        source,
        lead_id,
        least(min(created_date), min(won_date)) as deal_date,
        min(won_date) as won_date
    from lead_deals
    group by source, lead_id

)

select
    leads.source,
    leads.lead_id,
    {{ business_date("leads.created_at") }} as created_date,
    least(by_status.mql_date, by_deal.deal_date) as mql_date,
    least(by_status.sql_date, by_deal.deal_date) as sql_date,
    by_deal.deal_date,
    by_deal.won_date
from leads
left join by_status
    on leads.source = by_status.source and leads.lead_id = by_status.lead_id
left join by_deal
    on leads.source = by_deal.source and leads.lead_id = by_deal.lead_id
