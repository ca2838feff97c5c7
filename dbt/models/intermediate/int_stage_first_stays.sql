{{ config(
    materialized=made_per_deal(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- The first stay of each deal in each open stage, and what became of it by the two rules that look
-- at how a stay ended.
with

visits as (

    select * from {{ rows_to_refresh(ref("fct_stage_visits")) }}
    where stage_kind = 'open' and not is_reentry

),

last_open_ranks as (

    select
        source,
        pipeline_id,
        max(open_rank) as last_open_rank
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
    case
        when visits.exit_kind = 'advanced' and visits.next_open_rank = visits.open_rank + 1
            then 'converted'
        when visits.exit_kind = 'won' and visits.open_rank = last_open_ranks.last_open_rank
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
    end as direct_outcome
from visits
inner join last_open_ranks
    on visits.source = last_open_ranks.source and visits.pipeline_id = last_open_ranks.pipeline_id
