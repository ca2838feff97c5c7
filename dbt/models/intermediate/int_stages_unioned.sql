with

newest as (

    {{ newest_versions("stages") }}

)

select
    source,
    coalesce(pipeline_id, 'default') as pipeline_id,
    coalesce(pipeline_name, pipeline_id, 'Sales') as pipeline_name,
    stage_id,
    stage_name,
    position,
    kind,
    default_probability,
    canonical_stage,
    unreadable_fields,
    is_deleted_in_source and source_updated_at <= {{ as_of() }} as is_deleted
from newest
