with

leads as (

    select * from {{ ref("int_lead_milestones") }}

),

lead_deals as (

    select * from {{ ref("int_lead_deals") }}

),

segments as (

    select * from {{ ref("int_lead_segments") }}

),

months as (

    select * from {{ ref("int_cohort_months") }}

),

-- What a lead adds to its cohort, and when: each step once, and the deals that are credited to it.
{% set milestones = ["mql", "sql", "deal", "won"] -%}
events as (
    {%- for milestone in milestones %}

    select
        source,
        lead_id,
        created_date,
        {{ milestone }}_date as event_date,
        '{{ milestone }}' as milestone,
        cast(0 as decimal(18, 4)) as won_amount,
        false as is_without_rate
    from leads
    where {{ milestone }}_date is not null

    union all
    {%- endfor %}

    select
        leads.source,
        leads.lead_id,
        leads.created_date,
        least(lead_deals.created_date, lead_deals.won_date) as event_date,
        'credited deal' as milestone,
        0 as won_amount,
        false as is_without_rate
    from leads
    inner join lead_deals
        on leads.source = lead_deals.source and leads.lead_id = lead_deals.lead_id
    where lead_deals.is_credited

    union all

    select
        leads.source,
        leads.lead_id,
        leads.created_date,
        lead_deals.won_date as event_date,
        'credited win' as milestone,
        lead_deals.won_amount_reporting as won_amount,
        lead_deals.is_won_without_rate as is_without_rate
    from leads
    inner join lead_deals
        on leads.source = lead_deals.source and leads.lead_id = lead_deals.lead_id
    where lead_deals.is_credited and lead_deals.won_date is not null

),

cohorts as (

    select
        leads.source,
        segments.segment_type,
        segments.segment,
        {{ first_of_month("leads.created_date") }} as created_month,
        count(*) as cohort_leads
    from leads
    inner join segments
        on leads.source = segments.source and leads.lead_id = segments.lead_id
    group by 1, 2, 3, 4

),

reached as (

    select
        events.source,
        segments.segment_type,
        segments.segment,
        {{ first_of_month("events.created_date") }} as created_month,
        -- What is dated before the lead belongs to its first month.
        greatest({{ months_between_dates("events.created_date", "events.event_date") }}, 0)
            as months_since,
        {%- for milestone in milestones %}
        count(*) filter (where events.milestone = '{{ milestone }}') as {{ milestone }}_leads,
        {%- endfor %}
        count(*) filter (where events.milestone = 'credited deal') as cohort_deals,
        count(*) filter (where events.milestone = 'credited win') as won_deals,
        coalesce(sum(events.won_amount), 0) as won_amount,
        count(*) filter (where events.is_without_rate) as won_without_rate
    from events
    inner join segments
        on events.source = segments.source and events.lead_id = segments.lead_id
    group by 1, 2, 3, 4, 5

),

cells as (

    select
        cohorts.*,
        months.months_since,
        months.is_mature
    from cohorts
    inner join months on cohorts.created_month = months.created_month

),

cumulative as (

    select
        cells.*,
        {%- for milestone in milestones %}
        cast(sum(coalesce(reached.{{ milestone }}_leads, 0)) over so_far as bigint)
            as {{ milestone }}_leads,
        {%- endfor %}
        cast(sum(coalesce(reached.cohort_deals, 0)) over so_far as bigint) as cohort_deals,
        cast(sum(coalesce(reached.won_deals, 0)) over so_far as bigint) as won_deals,
        cast(sum(coalesce(reached.won_amount, 0)) over so_far as decimal(18, 4)) as won_amount,
        cast(sum(coalesce(reached.won_without_rate, 0)) over so_far as bigint) as won_without_rate
    from cells
    left join reached
        on
            cells.source = reached.source
            and cells.segment_type = reached.segment_type
            and cells.segment = reached.segment
            and cells.created_month = reached.created_month
            and cells.months_since = reached.months_since
    window
        so_far as (
            partition by cells.source, cells.segment_type, cells.segment, cells.created_month
            order by cells.months_since
        )

)

select
    source,
    segment_type,
    segment,
    created_month,
    cast(months_since as integer) as months_since,
    cohort_leads,
    {%- for milestone in milestones %}
    case when is_mature then {{ milestone }}_leads end as {{ milestone }}_leads,
    {%- endfor %}
    case when is_mature then cohort_deals end as cohort_deals,
    case when is_mature then won_deals end as won_deals,
    -- A sum that lacks a part is no sum.
    case when is_mature and won_without_rate = 0 then won_amount end as won_amount_reporting,
    case when is_mature then won_without_rate end as won_deals_without_rate,
    case when is_mature then cast(mql_leads as double) / cohort_leads end as mql_rate,
    case when is_mature then cast(sql_leads as double) / cohort_leads end as sql_rate,
    case when is_mature then cast(deal_leads as double) / cohort_leads end as deal_rate,
    case when is_mature then cast(won_leads as double) / cohort_leads end as conversion_rate,
    is_mature
from cumulative
