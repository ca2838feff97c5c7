-- The state of each deal at as-of from its own history: stage, status, close.
with

visits as (

    select * from {{ rows_to_refresh(ref("fct_stage_visits")) }}

),

numbered as (

    select
        *,
        row_number() over (partition by source, deal_id order by visit_number desc) = 1 as is_last,
        max(case when stage_kind = 'open' then visit_number else 0 end)
            over (partition by source, deal_id) as last_open_visit
    from visits

)

select
    source,
    deal_id,
    min(entered_at) as first_entered_at,
    max(pipeline_id) filter (where is_last) as pipeline_id,
    max(stage_id) filter (where is_last) as stage_id,
    max(stage_kind) filter (where is_last) as stage_kind,
    -- The current closed run begins after the last open stay.
    min(entered_at) filter (where visit_number > last_open_visit) as closed_at,
    bool_or(is_inferred_history) as is_inferred_history
from numbered
group by source, deal_id
