-- Deals whose stays and states may come out differently: those that changed, and all of a pipeline
-- whose stages were moved, renamed or redefined. None where all deals are made anew anyway.
with

changed as (

    select * from {{ ref("int_changed_deals") }}

),

stages as (

    select * from {{ ref("int_stages") }}

),

earlier_stages as (

    {{ stages_of_last_refresh() }}

),

redefined as (

    select distinct
        coalesce(stages.source, earlier_stages.source) as source,
        coalesce(stages.pipeline_id, earlier_stages.pipeline_id) as pipeline_id
    from stages
    full outer join earlier_stages
        on
            stages.source = earlier_stages.source
            and stages.pipeline_id = earlier_stages.pipeline_id
            and stages.stage_id = earlier_stages.stage_id
    cross join {{ refresh_scope() }} as scope
    where
        not scope.is_full
        and (
            stages.stage_name is distinct from earlier_stages.stage_name
            or stages.position is distinct from earlier_stages.position
            or stages.kind is distinct from earlier_stages.kind
            or stages.open_rank is distinct from earlier_stages.open_rank
        )

),

deals as (

    select * from {{ ref("int_deals_unioned") }}

),

earlier_pipelines as (

    {{ pipelines_of_last_refresh() }}

)

select source, deal_id
from changed

union distinct

select deals.source, deals.deal_id
from deals
inner join redefined
    on deals.source = redefined.source and deals.pipeline_id = redefined.pipeline_id

union distinct

select earlier_pipelines.source, earlier_pipelines.deal_id
from earlier_pipelines
inner join redefined
    on
        earlier_pipelines.source = redefined.source
        and earlier_pipelines.pipeline_id = redefined.pipeline_id
