-- A cohort of leads has one `all` row a month, and each kind of segment divides it without rest.
{{
    config(meta={
        "entity": "rpt_lead_cohorts",
        "dagster": {"ref": {"name": "rpt_lead_cohorts"}},
    })
}}

with

by_kind as (

    select
        source,
        created_month,
        months_since,
        segment_type,
        count(*) filter (where segment = 'all') as all_rows,
        sum(cohort_leads) as leads,
        sum(coalesce(won_leads, 0)) as won_leads,
        sum(coalesce(cohort_deals, 0)) as deals,
        sum(coalesce(won_deals, 0)) as won_deals,
        sum(coalesce(won_amount_reporting, 0)) as won_amount,
        sum(coalesce(won_deals_without_rate, 0)) as won_without_rate
    from {{ ref("rpt_lead_cohorts") }}
    group by source, created_month, months_since, segment_type

)

select
    'cohort ' || created_month || ' (month ' || months_since || ')' as example,
    source,
    count(*) as kinds_of_segment,
    min(leads) as fewest_leads,
    max(leads) as most_leads
from by_kind
group by source, created_month, months_since
having
    coalesce(max(all_rows) filter (where segment_type = 'all'), 0) != 1
    -- all, team, rep, lead_source, size_band, region
    or count(*) != 6
    or min(leads) != max(leads)
    or min(won_leads) != max(won_leads)
    or min(deals) != max(deals)
    or min(won_deals) != max(won_deals)
    or min(won_without_rate) != max(won_without_rate)
    -- An amount without a rate is unknown, and so is the sum.
    or (max(won_without_rate) = 0 and min(won_amount) != max(won_amount))
order by example
