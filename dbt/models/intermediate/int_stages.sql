-- Every stage that a deal was ever in, also one that the source no longer lists: history outlives
-- the settings of a CRM. `open_rank` counts the open stages of a pipeline in order, 1 to n. A
-- probability that is no share (50 for a half) is none: the check at the door names it.
with

stages as (

    select * from {{ ref("int_stages_unioned") }}

),

deals as (

    select * from {{ ref("int_deals_unioned") }}

),

history as (

    select * from {{ ref("int_deal_stage_history_unioned") }}

),

used as (

    select source, pipeline_id, stage_id
    from deals

    union distinct

    select
        history.source,
        {{ pipeline_of_entry() }} as pipeline_id,
        history.stage_id
    from history
    inner join deals
        on history.source = deals.source and history.deal_id = deals.deal_id
    {{ joins_for_pipeline_of_entry() }}

),

pipelines as (

    select
        source,
        pipeline_id,
        max(pipeline_name) as pipeline_name,
        max(position) as last_position
    from stages
    group by source, pipeline_id

),

inferred_members as (

    select
        used.source,
        used.pipeline_id,
        coalesce(pipelines.pipeline_name, used.pipeline_id) as pipeline_name,
        used.stage_id,
        used.stage_id as stage_name,
        coalesce(pipelines.last_position, 0) + 1 as position
    from used
    left join stages
        on
            used.source = stages.source
            and used.pipeline_id = stages.pipeline_id
            and used.stage_id = stages.stage_id
    left join pipelines
        on used.source = pipelines.source and used.pipeline_id = pipelines.pipeline_id
    where stages.stage_id is null and used.stage_id is not null

),

members as (

    select
        source,
        pipeline_id,
        pipeline_name,
        stage_id,
        stage_name,
        position,
        kind,
        case when default_probability between 0 and 1 then default_probability end
            as default_probability,
        canonical_stage,
        is_deleted,
        false as is_inferred_member
    from stages

    union all

    select
        source,
        pipeline_id,
        pipeline_name,
        stage_id,
        stage_name,
        position,
        'open' as kind,
        cast(null as double) as default_probability,
        cast(null as {{ dbt.type_string() }}) as canonical_stage,
        false as is_deleted,
        true as is_inferred_member
    from inferred_members

),

listed as (

    -- Where no open stage is listed, all that were used stand for them.
    select
        *,
        kind = 'open' and (
            not (is_deleted or is_inferred_member)
            or not bool_or(kind = 'open' and not (is_deleted or is_inferred_member)) over (
                partition by source, pipeline_id
            )
        ) as is_ranked
    from members

),

ranked as (

    select
        *,
        case
            when is_ranked
                then
                    dense_rank() over (
                        partition by source, pipeline_id, is_ranked order by position
                    )
        end as listed_rank
    from listed

)

select
    source,
    pipeline_id,
    pipeline_name,
    stage_id,
    stage_name,
    position,
    kind,
    default_probability,
    canonical_stage,
    is_deleted,
    is_inferred_member,
    cast(
        case
            when is_ranked then listed_rank
            when kind = 'open'
                then
                    coalesce(
                        max(listed_rank) over (
                            partition by source, pipeline_id
                            order by position
                            range between unbounded preceding and current row
                        ), 0
                    ) + 0.5
        end as double
    ) as open_rank
from ranked
