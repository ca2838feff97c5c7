with

newest as (

    {{ newest_versions("campaigns") }}

)

select
    source,
    campaign_id,
    name,
    channel,
    started_on,
    ended_on,
    budget,
    currency,
    unreadable_fields,
    is_deleted_in_source and source_updated_at <= {{ as_of() }} as is_deleted
from newest
