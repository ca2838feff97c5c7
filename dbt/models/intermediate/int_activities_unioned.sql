with

newest as (

    {{ newest_versions("activities") }}

)

select
    source,
    activity_id,
    kind,
    occurred_at,
    deal_id,
    lead_id,
    rep_id,
    duration_minutes,
    outcome,
    objection,
    unreadable_fields
from newest
where
    occurred_at <= {{ as_of() }}
    and not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
