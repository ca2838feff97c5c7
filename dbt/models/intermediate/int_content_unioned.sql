with

newest as (

    {{ newest_versions("content") }}

)

select
    source,
    content_id,
    title,
    kind,
    buyer_stage,
    unreadable_fields,
    is_deleted_in_source and source_updated_at <= {{ as_of() }} as is_deleted
from newest
