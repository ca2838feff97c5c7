{{ config(materialized="view") }}
-- The first stay of each deal in each open stage, what became of it by the two rules that look at
-- how a stay ended, and whether the deal was beyond the stage at any time after.
with

visits as (

    select
        source,
        pipeline_id,
        deal_id,
        stage_id,
        stage_kind,
        open_rank,
        visit_number,
        entered_date,
        exited_date,
        exit_kind,
        next_open_rank,
        is_reentry,
        is_left_truncated,
        -- What comes after each stay, in the same pipeline.
        max(open_rank) over later as later_open_rank,
        bool_or(stage_kind = 'won') over later as is_won_later
    from {{ rows_to_refresh(ref("fct_stage_visits")) }}
    window
        later as (
            partition by source, pipeline_id, deal_id
            order by visit_number
            rows between 1 following and unbounded following
        )

),

last_open_ranks as (

    select
        source,
        pipeline_id,
        floor(max(open_rank)) as last_open_rank
    from {{ ref("dim_pipeline_stages") }}
    group by source, pipeline_id

)

select
    visits.source,
    visits.pipeline_id,
    visits.deal_id,
    visits.stage_id,
    visits.open_rank,
    visits.visit_number,
    visits.entered_date,
    visits.exited_date,
    visits.is_left_truncated,
    case
        when
            visits.exit_kind = 'advanced'
            and visits.next_open_rank > visits.open_rank
            and {{ stages_between("visits.open_rank", "visits.next_open_rank") }} = 0
            then 'converted'
        when visits.exit_kind = 'won' and visits.open_rank >= last_open_ranks.last_open_rank
            then 'converted'
        when visits.exit_kind in ('lost', 'open') then visits.exit_kind
        else 'other'
    end as strict_outcome,
    case
        when visits.exit_kind = 'won' then 'converted'
        when visits.exit_kind = 'advanced' and visits.next_open_rank > visits.open_rank
            then 'converted'
        when visits.exit_kind in ('lost', 'open') then visits.exit_kind
        else 'other'
    end as direct_outcome,
    coalesce(visits.is_won_later or visits.later_open_rank > visits.open_rank, false) as is_beyond
from visits
inner join last_open_ranks
    on visits.source = last_open_ranks.source and visits.pipeline_id = last_open_ranks.pipeline_id
where visits.stage_kind = 'open' and not visits.is_reentry
