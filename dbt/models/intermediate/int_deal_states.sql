{{ config(materialized="view") }}
-- The state of each deal at as-of from its own history: stage, status, close.
with

visits as (

    select * from {{ rows_to_refresh(ref("fct_stage_visits")) }}

),

stays_before as (

    select
        source,
        deal_id,
        max(visit_number) filter (where stage_kind = 'open') as last_open_visit,
        max(visit_number) as last_visit_not_won
    from visits
    where stage_kind != 'won'
    group by source, deal_id

)

select
    visits.source,
    visits.deal_id,
    min(visits.entered_at) as first_entered_at,
    max_by(visits.pipeline_id, visits.visit_number) as pipeline_id,
    max_by(visits.stage_id, visits.visit_number) as stage_id,
    max_by(visits.stage_kind, visits.visit_number) as stage_kind,
    -- The current closed run begins after the last open stay.
    min(visits.entered_at) filter (
        where visits.visit_number > coalesce(stays_before.last_open_visit, 0)
    ) as closed_at,
    -- A loss put right to a win without a reopening: closed since the loss, won since the win.
    min(visits.entered_at) filter (
        where visits.visit_number > coalesce(stays_before.last_visit_not_won, 0)
    ) as won_at,
    bool_or(visits.is_inferred_history) as is_inferred_history
from visits
left join stays_before
    on visits.source = stays_before.source and visits.deal_id = stays_before.deal_id
group by visits.source, visits.deal_id
