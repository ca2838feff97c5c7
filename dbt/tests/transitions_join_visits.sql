-- Transition n ends visit n - 1 and opens visit n: the same moment, the same stages.
{{ config(meta={"entity": "fct_stage_transitions", "dagster": {"ref": {"name": "fct_stage_transitions"}}}) }}

with

transitions as (

    select * from {{ ref("fct_stage_transitions") }}

),

visits as (

    select * from {{ ref("fct_stage_visits") }}

),

openings as (

    select
        coalesce(transitions.source, visits.source) as source,
        coalesce(transitions.deal_id, visits.deal_id) as deal_id,
        coalesce(transitions.transition_number, visits.visit_number) as transition_number
    from transitions
    full outer join visits
        on
            transitions.source = visits.source
            and transitions.deal_id = visits.deal_id
            and transitions.transition_number = visits.visit_number
    where
        transitions.transitioned_at is distinct from visits.entered_at
        or transitions.pipeline_id is distinct from visits.pipeline_id
        or transitions.to_stage_id is distinct from visits.stage_id

),

endings as (

    -- The last visit has no transition after it, the first transition no visit before it.
    select
        coalesce(transitions.source, visits.source) as source,
        coalesce(transitions.deal_id, visits.deal_id) as deal_id,
        coalesce(transitions.transition_number, visits.visit_number + 1) as transition_number
    from (select * from transitions where transition_number > 1) as transitions
    full outer join (select * from visits where next_stage_id is not null) as visits
        on
            transitions.source = visits.source
            and transitions.deal_id = visits.deal_id
            and transitions.transition_number = visits.visit_number + 1
    where
        transitions.transitioned_at is distinct from visits.exited_at
        or transitions.from_stage_id is distinct from visits.stage_id
        or transitions.to_stage_id is distinct from visits.next_stage_id
        or transitions.hours_in_from_stage is distinct from visits.hours_in_stage

)

select
    'deal ' || deal_id || ' (transition ' || transition_number || ')' as example,
    source
from openings

union distinct

select
    'deal ' || deal_id || ' (transition ' || transition_number || ')' as example,
    source
from endings
