-- What is planned: activities after as-of that were known by then. Sources that keep no plans have
-- none.
with

newest as (

    {{ newest_versions("activities") }}

)

select
    source,
    activity_id,
    kind,
    occurred_at as planned_at,
    deal_id
from newest
where
    occurred_at > {{ as_of() }}
    and source_updated_at <= {{ as_of() }}
    and not is_deleted_in_source
