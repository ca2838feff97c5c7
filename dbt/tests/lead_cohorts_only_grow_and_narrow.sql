-- From month to month no count falls, from step to step none rises, and young cells are null.
{{ config(meta={"entity": "rpt_lead_cohorts"}) }}

with

cells as (

    select
        *,
        lag(mql_leads) over by_month as mql_leads_before,
        lag(sql_leads) over by_month as sql_leads_before,
        lag(deal_leads) over by_month as deal_leads_before,
        lag(won_leads) over by_month as won_leads_before,
        lag(cohort_deals) over by_month as cohort_deals_before,
        lag(won_deals) over by_month as won_deals_before
    from {{ ref("rpt_lead_cohorts") }}
    window
        by_month as (
            partition by source, segment_type, segment, created_month order by months_since
        )

)

select
    'cohort ' || created_month || ' (month ' || months_since || ', ' || segment_type || ' '
    || segment || ')' as example,
    source,
    cohort_leads,
    mql_leads,
    sql_leads,
    deal_leads,
    won_leads,
    cohort_deals,
    won_deals
from cells
where
    not coalesce(
        mql_leads <= cohort_leads
        and sql_leads <= mql_leads
        and deal_leads <= sql_leads
        and won_leads <= deal_leads,
        not is_mature
    )
    or (mql_leads is not null) != is_mature
    or mql_leads < mql_leads_before
    or sql_leads < sql_leads_before
    or deal_leads < deal_leads_before
    or won_leads < won_leads_before
    or won_deals > cohort_deals
    or cohort_deals < cohort_deals_before
    or won_deals < won_deals_before
order by example
