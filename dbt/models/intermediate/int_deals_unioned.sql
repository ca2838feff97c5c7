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

link_versions as (

    {{ newest_versions("deal_links", "int_changed_deals") }}

),

-- What a source keeps apart from its deals.
links as (

    select
        source,
        deal_id,
        max(linked_id) filter (where kind = 'account') as account_id,
        max(linked_id) filter (where kind = 'lead') as lead_id,
        max(linked_id) filter (where kind = 'merged_into') as merged_into_deal_id,
        max(linked_at) filter (where kind = 'merged_into') as merged_at,
        -- A deal over several products is not one of any.
        case
            when count(distinct linked_id) filter (where kind = 'product') = 1
                then max(linked_id) filter (where kind = 'product')
        end as product_id
    from link_versions
    where not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
    group by source, deal_id

),

linked as (

    select
        newest.*,
        coalesce(newest.account_id, links.account_id) as linked_account_id,
        coalesce(newest.lead_id, links.lead_id) as linked_lead_id,
        coalesce(newest.product_id, links.product_id) as linked_product_id,
        coalesce(newest.merged_into_deal_id, links.merged_into_deal_id) as linked_winner_id,
        coalesce(newest.merged_at, links.merged_at, newest.updated_at, newest.source_updated_at)
            as time_if_merged
    from newest
    left join links
        on newest.source = links.source and newest.deal_id = links.deal_id

),

deletions as (

    select * from {{ rows_to_refresh(ref("int_deal_deletions"), "int_changed_deals") }}
    where restored_at is null

),

ended as (

    select
        linked.*,
        case when linked.linked_winner_id is not null then linked.time_if_merged end as merge_time,
        deletions.deleted_at as deletion_time
    from linked
    left join deletions
        on linked.source = deletions.source and linked.deal_id = deletions.deal_id

)

select
    source,
    deal_id,
    coalesce(pipeline_id, 'default') as pipeline_id,
    stage_id,
    name,
    linked_account_id as account_id,
    rep_id,
    amount,
    coalesce(currency, '{{ reporting_currency() }}') as currency,
    created_at,
    expected_close_date,
    closed_at,
    forecast_category,
    loss_reason,
    competitor,
    linked_lead_id as lead_id,
    lead_source,
    campaign_id,
    linked_product_id as product_id,
    deal_type,
    budget,
    authority,
    need,
    timeline,
    updated_at,
    unreadable_fields,
    case when merge_time <= {{ as_of() }} then linked_winner_id end as merged_into_deal_id,
    case when merge_time <= {{ as_of() }} then merge_time end as merged_at,
    deletion_time as deleted_at,
    least(
        case when merge_time <= {{ as_of() }} then merge_time end,
        deletion_time
    ) as ended_at
from ended
where coalesce(created_at <= {{ as_of() }}, true)
