with

transitions as (

    select * from {{ ref("fct_stage_transitions") }}
    where direction not in ('created', 'switched')

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

pairs as (

    select
        source,
        pipeline_id,
        from_stage_id,
        to_stage_id,
        count(*) as transitions,
        avg(hours_in_from_stage) as mean_hours,
        median(hours_in_from_stage) as median_hours,
        percentile_cont(0.9) within group (order by hours_in_from_stage) as p90_hours
    from transitions
    group by source, pipeline_id, from_stage_id, to_stage_id

)

select
    pairs.source,
    pairs.pipeline_id,
    pairs.from_stage_id,
    from_stages.stage_name as from_stage_name,
    pairs.to_stage_id,
    to_stages.stage_name as to_stage_name,
    pairs.transitions,
    cast(
        sum(pairs.transitions) over (
            partition by pairs.source, pairs.pipeline_id, pairs.from_stage_id
        ) as bigint
    ) as exits_of_from_stage,
    cast(pairs.transitions as double)
    / sum(pairs.transitions) over (
        partition by pairs.source, pairs.pipeline_id, pairs.from_stage_id
    ) as share_of_exits,
    pairs.mean_hours,
    pairs.median_hours,
    pairs.p90_hours
from pairs
inner join stages as from_stages
    on
        pairs.source = from_stages.source
        and pairs.pipeline_id = from_stages.pipeline_id
        and pairs.from_stage_id = from_stages.stage_id
inner join stages as to_stages
    on
        pairs.source = to_stages.source
        and pairs.pipeline_id = to_stages.pipeline_id
        and pairs.to_stage_id = to_stages.stage_id
