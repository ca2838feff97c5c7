{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh('int_changed_deals') }}",
) }}
with

several_versions as (

    {{ records_with_several_versions("deals", "int_changed_deals") }}

),

newest as (

    {{ newest_versions("deals", "int_changed_deals", "several_versions") }}

),

deletions as (

    select * from {{ rows_to_refresh(ref("int_deal_deletions"), "int_changed_deals") }}
    where restored_at is null

),

ended as (

    select
        newest.*,
        case
            when newest.merged_into_deal_id is not null
                then coalesce(newest.merged_at, newest.updated_at, newest.source_updated_at)
        end as merge_time,
        deletions.deleted_at as deletion_time
    from newest
    left join deletions
        on newest.source = deletions.source and newest.deal_id = deletions.deal_id

)

select
    source,
    deal_id,
    coalesce(pipeline_id, 'default') as pipeline_id,
    stage_id,
    name,
    account_id,
    rep_id,
    amount,
    coalesce(currency, '{{ reporting_currency() }}') as currency,
    created_at,
    expected_close_date,
    closed_at,
    forecast_category,
    loss_reason,
    competitor,
    lead_id,
    lead_source,
    campaign_id,
    product_id,
    deal_type,
    budget,
    authority,
    need,
    timeline,
    updated_at,
    unreadable_fields,
    case when merge_time <= {{ as_of() }} then merged_into_deal_id end as merged_into_deal_id,
    case when merge_time <= {{ as_of() }} then merge_time end as merged_at,
    deletion_time as deleted_at,
    least(
        case when merge_time <= {{ as_of() }} then merge_time end,
        deletion_time
    ) as ended_at
from ended
where coalesce(created_at <= {{ as_of() }}, true)
