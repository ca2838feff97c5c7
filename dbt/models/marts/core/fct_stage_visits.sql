{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
with

changes as (

    select * from {{ rows_to_refresh(ref("int_deal_stage_changes")) }}

),

stays as (

    select
        source,
        deal_id,
        pipeline_id,
        stage_id,
        stage_name,
        position,
        open_rank,
        kind,
        entered_at,
        is_inferred_history,
        ended_at,
        transition_number,
        lead(coalesce(absent_since, entered_at)) over by_entry as left_at,
        lead(direction) over by_entry as next_direction,
        lead(pipeline_id) over by_entry as next_pipeline_id,
        lead(stage_id) over by_entry as next_stage_id,
        lead(position) over by_entry as next_stage_position,
        lead(open_rank) over by_entry as next_open_rank
    from changes
    window by_entry as (partition by source, deal_id order by transition_number)

),

returning_deals as (

    -- Whoever only moves on never comes back to a stage: few deals need a look back.
    select source, deal_id
    from changes
    where
        direction in ('backward', 'reopened', 'switched', 'undeleted')
        or from_kind != 'open'
        -- Two stages that nobody lists may lie at one place: to and fro is forward each time.
        or (kind = 'open' and open_rank <= from_open_rank)
    group by source, deal_id

),

reentries as (

    select
        changes.source,
        changes.deal_id,
        changes.transition_number
    from changes
    inner join returning_deals
        on
            changes.source = returning_deals.source
            and changes.deal_id = returning_deals.deal_id
    qualify row_number() over (
        partition by changes.source, changes.deal_id, changes.pipeline_id, changes.stage_id
        order by changes.transition_number
    ) > 1

),

deals as (

    select * from {{ rows_to_refresh(ref("int_deals_unioned")) }}

),

ended as (

    select
        stays.*,
        deals.created_at,
        reentries.transition_number is not null as is_reentry,
        coalesce(stays.left_at, stays.ended_at) as exited_at,
        case
            when stays.next_direction in ('forward', 'skip') then 'advanced'
            when stays.next_direction = 'backward' then 'regressed'
            when stays.next_direction = 'undeleted' then 'deleted'
            when stays.next_direction is not null then stays.next_direction
            when stays.ended_at is null then 'open'
            when deals.merged_at <= coalesce(deals.deleted_at, deals.merged_at) then 'merged'
            else 'deleted'
        end as exit_kind
    from stays
    inner join deals
        on stays.source = deals.source and stays.deal_id = deals.deal_id
    left join reentries
        on
            stays.source = reentries.source
            and stays.deal_id = reentries.deal_id
            and stays.transition_number = reentries.transition_number

)

select
    source,
    pipeline_id,
    deal_id,
    cast(transition_number as integer) as visit_number,
    stage_id,
    stage_name,
    cast(position as integer) as stage_position,
    cast(open_rank as double) as open_rank,
    kind as stage_kind,
    entered_at,
    exited_at,
    {{ business_date("entered_at") }} as entered_date,
    {{ business_date("exited_at") }} as exited_date,
    exit_kind,
    next_pipeline_id,
    next_stage_id,
    cast(next_stage_position as integer) as next_stage_position,
    cast(next_open_rank as double) as next_open_rank,
    {{ elapsed_hours("entered_at", "exited_at") }} as hours_in_stage,
    {{ business_hours("entered_at", "exited_at") }} as business_hours_in_stage,
    is_reentry,
    is_inferred_history,
    -- A deal in the first stage cannot have been in another before.
    transition_number = 1
    and not is_inferred_history
    and coalesce(open_rank > 1, true)
    and {{ begins_late("created_at", "entered_at") }} as is_left_truncated
from ended
