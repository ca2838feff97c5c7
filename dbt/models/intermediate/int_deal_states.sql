{{ config(materialized="view") }}
-- The state of each deal at as-of from its own history: stage, status, close.
with

visits as (

    select * from {{ rows_to_refresh(ref("fct_stage_visits")) }}

),

open_stays as (

    select
        source,
        deal_id,
        max(visit_number) as last_open_visit
    from visits
    where stage_kind = 'open'
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
        where visits.visit_number > coalesce(open_stays.last_open_visit, 0)
    ) as closed_at,
    bool_or(visits.is_inferred_history) as is_inferred_history
from visits
left join open_stays
    on visits.source = open_stays.source and visits.deal_id = open_stays.deal_id
group by visits.source, visits.deal_id
