with

newest as (

    {{ newest_versions("reps") }}

)

select
    source,
    rep_id,
    name,
    email,
    team,
    manager_id,
    region,
    is_active,
    hired_on,
    unreadable_fields,
    is_deleted_in_source and source_updated_at <= {{ as_of() }} as is_deleted
from newest
