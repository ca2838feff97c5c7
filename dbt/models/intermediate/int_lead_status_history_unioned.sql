-- Not cut at as-of: whether a lead has a history at all must not depend on it.
with

newest as (

    {{ newest_versions("lead_status_history") }}

)

select
    source,
    lead_id,
    status,
    changed_at,
    extracted_at,
    load_seq,
    unreadable_fields
from newest
where not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
