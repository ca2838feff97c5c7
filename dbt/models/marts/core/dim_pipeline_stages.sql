with

stages as (

    select * from {{ ref("int_stages") }}

),

-- Two systems may both have a "New business": people have to see which one is meant.
named_pipelines as (

    select
        pipeline_name,
        count(distinct source) > 1 as is_in_several_sources
    from stages
    group by pipeline_name

)

select
    stages.source,
    stages.pipeline_id,
    case
        when named_pipelines.is_in_several_sources
            then concat(stages.pipeline_name, ' (', stages.source, ')')
        else stages.pipeline_name
    end as pipeline_name,
    stages.stage_id,
    stages.stage_name,
    cast(stages.position as integer) as position,
    stages.kind,
    stages.open_rank,
    coalesce(stages.canonical_stage, 'unmapped') as canonical_stage,
    stages.default_probability,
    stages.is_deleted,
    stages.is_inferred_member
from stages
inner join named_pipelines on stages.pipeline_name = named_pipelines.pipeline_name
