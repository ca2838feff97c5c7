with

transitions as (

    select * from {{ ref("fct_stage_transitions") }}
    where direction not in ('created', 'switched', 'undeleted')

),

truncated as (

    -- Deals whose recorded history begins amid a stay: how long that one took is unknown.
    select source, deal_id
    from {{ ref("fct_stage_visits") }}
    where is_left_truncated

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

timed as (

    select
        transitions.*,
        case when truncated.deal_id is null then transitions.hours_in_from_stage end as known_hours
    from transitions
    left join truncated
        on
            transitions.source = truncated.source
            and transitions.deal_id = truncated.deal_id
            and transitions.transition_number = 2

),

pairs as (

    select
        source,
        pipeline_id,
        from_stage_id,
        to_stage_id,
        count(*) as transitions,
        count(known_hours) as transitions_with_hours,
        avg(known_hours) as mean_hours,
        median(known_hours) as median_hours,
        percentile_cont(0.9) within group (order by known_hours) as p90_hours
    from timed
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
    pairs.transitions_with_hours,
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
