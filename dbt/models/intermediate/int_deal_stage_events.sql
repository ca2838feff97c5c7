{{ config(materialized="view") }}
-- Entries of deals into stages up to as-of, in order, one row per real change of stage. A deal
-- without history gets the one entry that its dates allow, marked as inferred; one whose history
-- begins after as-of gets none.
with

deals as (

    select * from {{ rows_to_refresh(ref("int_deals_unioned")) }}

),

history as (

    select * from {{ rows_to_refresh(ref("int_deal_stage_history_unioned")) }}

),

stages as (

    select * from {{ ref("int_stages") }}

),

restorations as (

    select * from {{ rows_to_refresh(ref("int_deal_deletions")) }}
    where restored_at is not null

),

recorded as (

    select
        deals.source,
        deals.deal_id,
        {{ pipeline_of_entry() }} as pipeline_id,
        history.stage_id,
        history.entered_at,
        history.sequence,
        history.extracted_at,
        history.load_seq,
        false as is_inferred_history,
        deals.ended_at
    from history
    inner join deals
        on history.source = deals.source and history.deal_id = deals.deal_id
    {{ joins_for_pipeline_of_entry() }}

),

inferred as (

    select
        deals.source,
        deals.deal_id,
        deals.pipeline_id,
        deals.stage_id,
        case when stages.kind = 'open' then deals.created_at else deals.closed_at end as entered_at,
        cast(null as bigint) as sequence,
        cast(null as timestamp) as extracted_at,
        cast(null as bigint) as load_seq,
        true as is_inferred_history,
        deals.ended_at
    from deals
    inner join stages
        on
            deals.source = stages.source
            and deals.pipeline_id = stages.pipeline_id
            and deals.stage_id = stages.stage_id
    where not exists (
        select 1 from history
        where history.source = deals.source and history.deal_id = deals.deal_id
    )

),

entries as (

    select * from recorded
    union all
    select * from inferred

),

happened as (

    select * from entries
    where
        entered_at <= {{ as_of() }}
        and coalesce(entered_at <= ended_at, true)

),

returns as (

    -- A deal that was deleted and restored comes back into the stage that was its last by then.
    select
        happened.source,
        happened.deal_id,
        happened.pipeline_id,
        happened.stage_id,
        restorations.restored_at as entered_at,
        happened.is_inferred_history,
        happened.ended_at,
        restorations.deleted_at as absent_since,
        min(happened.entered_at) over (
            partition by happened.source, happened.deal_id, restorations.restored_at
        ) as first_entered_at
    from restorations
    inner join happened
        on
            restorations.source = happened.source
            and restorations.deal_id = happened.deal_id
            and restorations.restored_at >= happened.entered_at
            and coalesce(restorations.restored_at <= happened.ended_at, true)
    qualify row_number() over (
        partition by happened.source, happened.deal_id, restorations.restored_at
        order by
            happened.entered_at desc,
            happened.sequence desc nulls first,
            happened.extracted_at desc nulls first,
            happened.load_seq desc nulls first,
            happened.stage_id desc
    ) = 1

),

restored as (

    select * from returns
    where first_entered_at <= absent_since

),

present as (

    select
        happened.source,
        happened.deal_id,
        happened.pipeline_id,
        happened.stage_id,
        happened.entered_at,
        happened.sequence,
        happened.extracted_at,
        happened.load_seq,
        happened.is_inferred_history,
        happened.ended_at,
        cast(null as timestamp) as absent_since
    from happened
    -- What was recorded while it was deleted shows in what it came back to.
    left join restored
        on
            happened.source = restored.source
            and happened.deal_id = restored.deal_id
            and happened.entered_at > restored.absent_since
            and happened.entered_at <= restored.entered_at
    where restored.deal_id is null

    union all

    select
        source,
        deal_id,
        pipeline_id,
        stage_id,
        entered_at,
        cast(null as bigint) as sequence,
        cast(null as timestamp) as extracted_at,
        cast(null as bigint) as load_seq,
        is_inferred_history,
        ended_at,
        absent_since
    from restored

),

ordered as (

    select
        *,
        lag(pipeline_id) over by_time as previous_pipeline_id,
        lag(stage_id) over by_time as previous_stage_id,
        row_number() over by_time as entry_number
    from present
    window
        by_time as (
            partition by source, deal_id
            order by
                entered_at,
                sequence nulls last,
                extracted_at nulls last,
                load_seq nulls last,
                stage_id
        )

),

moves as (

    select
        source,
        deal_id,
        pipeline_id,
        stage_id,
        entered_at,
        entry_number,
        is_inferred_history,
        ended_at,
        absent_since
    from ordered
    where
        absent_since is not null
        or previous_stage_id is null
        or previous_stage_id != stage_id
        or previous_pipeline_id != pipeline_id

)
{%- if debounce_minutes() > 0 %},

timed_moves as (

    select
        *,
        lead(entered_at) over (partition by source, deal_id order by entry_number) as left_at
    from moves

),

-- A deal begins where it was created, and is where it is now, however shortly.
settled as (

    select
        *,
        lag(pipeline_id) over by_entry as previous_pipeline_id,
        lag(stage_id) over by_entry as previous_stage_id
    from timed_moves
    where
        entry_number = 1
        or absent_since is not null
        or left_at is null
        or left_at >= entered_at + interval {{ debounce_minutes() }} minute
    window by_entry as (partition by source, deal_id order by entry_number)

)

select
    source,
    deal_id,
    pipeline_id,
    stage_id,
    entered_at,
    entry_number,
    is_inferred_history,
    ended_at,
    absent_since
from settled
where
    absent_since is not null
    or previous_stage_id is null
    or previous_stage_id != stage_id
    or previous_pipeline_id != pipeline_id
{% else %}

select * from moves
{%- endif %}
