{{ config(
    materialized=made_per_deal(),
    pre_hook="{{ delete_rows_to_refresh('int_changed_deals') }}",
) }}
with

newest as (

    {{ newest_versions("deals", "int_changed_deals") }}

),

ended as (

    select
        *,
        case
            when merged_into_deal_id is not null
                then coalesce(merged_at, updated_at, source_updated_at)
        end as merge_time,
        -- A deletion that only the source's silence tells of carries the old payload, whose own
        -- update time is not the deletion's.
        case
            when is_deleted then coalesce(deleted_at, updated_at, source_updated_at)
            when is_deleted_in_source then coalesce(deleted_at, source_updated_at)
        end as deletion_time
    from newest

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
    case when deletion_time <= {{ as_of() }} then deletion_time end as deleted_at,
    least(
        case when merge_time <= {{ as_of() }} then merge_time end,
        case when deletion_time <= {{ as_of() }} then deletion_time end
    ) as ended_at
from ended
where coalesce(created_at <= {{ as_of() }}, true)
