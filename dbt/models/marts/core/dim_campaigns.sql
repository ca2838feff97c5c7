-- Campaigns that a deal or a lead names and the source does not list are inferred members.
with

campaigns as (

    select * from {{ ref("int_campaigns_unioned") }}

),

used as (

    select source, campaign_id
    from {{ ref("int_deals_unioned") }}
    where campaign_id is not null

    union distinct

    select source, campaign_id
    from {{ ref("int_leads_unioned") }}
    where campaign_id is not null

),

missing as (

    {{ missing_members("used", "campaigns", "campaign_id") }}

),

members as (

    select
        source,
        campaign_id,
        coalesce(name, campaign_id) as campaign_name,
        coalesce(channel, 'unknown') as channel,
        started_on as started_date,
        ended_on as ended_date,
        budget,
        coalesce(currency, '{{ reporting_currency() }}') as currency,
        is_deleted,
        false as is_inferred_member
    from campaigns

    union all

    select
        source,
        campaign_id,
        campaign_id as campaign_name,
        'unknown' as channel,
        null as started_date,
        null as ended_date,
        null as budget,
        '{{ reporting_currency() }}' as currency,
        false as is_deleted,
        true as is_inferred_member
    from missing

)

select * from members
