with

newest as (

    {{ newest_versions("lead_status_history") }}

)

select
    source,
    lead_id,
    status,
    changed_at,
    unreadable_fields
from newest
where
    changed_at <= {{ as_of() }}
    and not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
