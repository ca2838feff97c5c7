-- The spend items of a campaign by the day on which somebody entered them: HubSpot tells no other.
-- Every version of a campaign's money has all its items, so a day that had some and has none any
-- more is deleted.
{%- set items_of = {"amount": "amount", "created_at": "createdAt"} %}
{%- set campaign_of = {"campaign_id": "campaignGuid", "currency": "currencyCode"} %}
with

landed as (

    {{ landings_to_stage("hubspot", "campaign_budgets") }}

),

ever_landed as (

    select * from {{ landed("raw_hubspot", "campaign_budgets") }}

),

items as (

    {{ json_items("landed", "spendItems", items_of, campaign_of) }}

),

items_ever as (

    {{ json_items("ever_landed", "spendItems", items_of, campaign_of) }}

),

days as (

    select distinct
        campaign_id,
        {{ business_date(instant_of_milliseconds("created_at")) }} as spent_on
    from items_ever

),

spent as (

    select
        record_id,
        landed_file,
        load_seq,
        {{ business_date(instant_of_milliseconds("created_at")) }} as spent_on,
        sum(try_cast(amount as decimal(18, 4))) as spend
    from items
    group by record_id, landed_file, load_seq, spent_on

),

versions as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", campaign_of.values() | list) }} as fields
    from landed

),

located as (

    select
        concat(versions.record_id, '|', cast(days.spent_on as string)) as record_id,
        versions.source_updated_at,
        versions.extracted_at,
        versions.load_seq,
        versions.run_id,
        versions.landed_file,
        versions.is_deleted_in_source or spent.spent_on is null as is_deleted_in_source,
        {{ json_leaf("versions.fields", "campaignGuid") }} as campaign_id,
        cast(days.spent_on as string) as spend_date,
        cast(spent.spend as string) as spend,
        {{ json_leaf("versions.fields", "currencyCode") }} as currency
    from versions
    inner join days on {{ json_leaf("versions.fields", "campaignGuid") }} = days.campaign_id
    left join spent
        on
            versions.record_id = spent.record_id
            and versions.landed_file = spent.landed_file
            and versions.load_seq = spent.load_seq
            and days.spent_on = spent.spent_on

),

{{ typed_versions(
    "campaign_spend", ["campaign_id", "spend_date", "spend", "currency"], "located"
) }}
