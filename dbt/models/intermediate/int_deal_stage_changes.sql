{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- Each change of stage with the stage before and after it: what visits and transitions are made of.
with

events as (

    select * from {{ rows_to_refresh(ref("int_deal_stage_events")) }}

),

stages as (

    select * from {{ ref("int_stages") }}

),

described as (

    select
        events.source,
        events.deal_id,
        events.pipeline_id,
        events.stage_id,
        events.entered_at,
        events.entry_number,
        events.is_inferred_history,
        events.ended_at,
        events.absent_since,
        stages.stage_name,
        stages.position,
        stages.kind,
        stages.open_rank
    from events
    inner join stages
        on
            events.source = stages.source
            and events.pipeline_id = stages.pipeline_id
            and events.stage_id = stages.stage_id

),

last_open_ranks as (

    select source, pipeline_id, floor(max(open_rank)) as last_open_rank
    from stages
    group by source, pipeline_id

),

changes as (

    select
        described.*,
        row_number() over by_entry as transition_number,
        lag(pipeline_id) over by_entry as from_pipeline_id,
        lag(stage_id) over by_entry as from_stage_id,
        lag(position) over by_entry as from_position,
        lag(kind) over by_entry as from_kind,
        lag(open_rank) over by_entry as from_open_rank,
        lag(entered_at) over by_entry as from_entered_at
    from described
    window by_entry as (partition by source, deal_id order by entry_number)

),

directed as (

    -- The first rule that applies names the direction.
    select
        *,
        case
            when transition_number = 1 then 'created'
            when absent_since is not null then 'undeleted'
            when from_pipeline_id != pipeline_id then 'switched'
            when kind = 'won' and from_kind != 'won' then 'won'
            when kind = 'lost' and from_kind != 'lost' then 'lost'
            when kind = 'open' and from_kind != 'open' then 'reopened'
            when kind = 'open' and open_rank < from_open_rank then 'backward'
            when kind = 'open' and open_rank = from_open_rank and position < from_position
                then 'backward'
            when kind = 'open' and {{ stages_between("from_open_rank", "open_rank") }} > 0
                then 'skip'
            when kind = 'open' then 'forward'
            when position < from_position then 'backward'
            else 'forward'
        end as direction
    from changes

)

select
    directed.source,
    directed.deal_id,
    directed.pipeline_id,
    directed.stage_id,
    directed.stage_name,
    directed.position,
    directed.kind,
    directed.open_rank,
    directed.entered_at,
    directed.is_inferred_history,
    directed.ended_at,
    directed.absent_since,
    directed.transition_number,
    directed.from_pipeline_id,
    directed.from_stage_id,
    directed.from_open_rank,
    directed.from_kind,
    directed.from_entered_at,
    directed.direction,
    case
        when directed.direction = 'skip'
            then {{ stages_between("directed.from_open_rank", "directed.open_rank") }}
        when directed.direction = 'won' and directed.from_kind = 'open'
            then last_open_ranks.last_open_rank - floor(directed.from_open_rank)
        else 0
    end as stages_skipped
from directed
left join last_open_ranks
    on
        directed.source = last_open_ranks.source
        and directed.pipeline_id = last_open_ranks.pipeline_id
