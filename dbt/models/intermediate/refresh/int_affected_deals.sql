-- Deals whose stays and states may come out differently: those that changed, and all of a pipeline
-- whose stages were moved, renamed or redefined.
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
    where
        stages.stage_name is distinct from earlier_stages.stage_name
        or stages.position is distinct from earlier_stages.position
        or stages.kind is distinct from earlier_stages.kind
        or stages.open_rank is distinct from earlier_stages.open_rank

),

deals as (

    select * from {{ ref("int_deals_unioned") }}

),

history as (

    select * from {{ ref("int_deal_stage_history_unioned") }}

)

select source, deal_id
from changed

union distinct

select deals.source, deals.deal_id
from deals
inner join redefined
    on deals.source = redefined.source and deals.pipeline_id = redefined.pipeline_id

union distinct

select history.source, history.deal_id
from history
inner join redefined
    on history.source = redefined.source and history.pipeline_id = redefined.pipeline_id
