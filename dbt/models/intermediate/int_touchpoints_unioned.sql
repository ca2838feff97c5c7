with

newest as (

    {{ newest_versions("touchpoints") }}

)

select
    source,
    touchpoint_id,
    occurred_at,
    kind,
    channel,
    campaign_id,
    lead_id,
    account_id,
    deal_id,
    content_id,
    experiment_id,
    variant,
    unreadable_fields
from newest
where
    occurred_at <= {{ as_of() }}
    and not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
