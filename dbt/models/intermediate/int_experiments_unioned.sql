with

newest as (

    {{ newest_versions("experiments") }}

)

select
    source,
    experiment_id,
    name,
    surface,
    metric,
    started_on,
    planned_share,
    unreadable_fields,
    is_deleted_in_source and source_updated_at <= {{ as_of() }} as is_deleted
from newest
