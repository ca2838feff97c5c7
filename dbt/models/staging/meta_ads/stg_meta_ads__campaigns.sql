-- The budget is the one of the whole campaign; one per day is in the payload alone. Its currency is
-- that of the account, which never changes it.
with

landed as (

    {{ landings_to_stage("meta_ads", "campaigns") }}

),

landed_accounts as (

    select * from {{ landed("raw_meta_ads", "ad_accounts") }}

),

accounts as (

    select
        record_id as account_id,
        max({{ json_leaf(json_fields("payload", ["currency"]), "currency") }}) as currency
    from landed_accounts
    group by record_id

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "id", "account_id", "name", "start_time", "stop_time", "lifetime_budget",
        ]) }} as fields
    from landed

),

located as (

    select
        parsed.record_id,
        parsed.source_updated_at,
        parsed.extracted_at,
        parsed.load_seq,
        parsed.is_deleted_in_source,
        parsed.run_id,
        parsed.landed_file,
        {{ json_leaf("parsed.fields", "id") }} as campaign_id,
        nullif({{ json_leaf("parsed.fields", "name") }}, '') as name,
        'paid_social' as channel,
        substr({{ json_leaf("parsed.fields", "start_time") }}, 1, 10) as started_on,
        substr({{ json_leaf("parsed.fields", "stop_time") }}, 1, 10) as ended_on,
        {{ meta_ads_money(json_leaf("parsed.fields", "lifetime_budget"), "accounts.currency") }}
            as budget,
        accounts.currency
    from parsed
    left join accounts on {{ json_leaf("parsed.fields", "account_id") }} = accounts.account_id

),

{{ typed_versions(
    "campaigns",
    ["campaign_id", "name", "channel", "started_on", "ended_on", "budget", "currency"],
    "located",
) }}
