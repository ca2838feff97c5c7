with

stages as (

    select * from {{ ref("int_stages") }}

)

select
    source,
    pipeline_id,
    pipeline_name,
    stage_id,
    stage_name,
    cast(position as integer) as position,
    kind,
    open_rank,
    coalesce(canonical_stage, 'unmapped') as canonical_stage,
    default_probability,
    is_deleted,
    is_inferred_member
from stages
