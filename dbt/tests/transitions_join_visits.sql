-- Transition n ends visit n - 1 and opens visit n: the same moment, the same stages. Only a
-- deletion that is taken back ends a visit earlier.
{{
    config(meta={
        "entity": "fct_stage_transitions",
        "dagster": {"ref": {"name": "fct_stage_transitions"}},
    })
}}

with

transitions as (

    select * from {{ ref("fct_stage_transitions") }}

),

visits as (

    select * from {{ ref("fct_stage_visits") }}

),

-- The first transition ends no visit, and the last visit has no transition after it.
moves as (

    select * from transitions
    where transition_number > 1

),

left_visits as (

    select * from visits
    where next_stage_id is not null

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

    select
        coalesce(moves.source, left_visits.source) as source,
        coalesce(moves.deal_id, left_visits.deal_id) as deal_id,
        coalesce(moves.transition_number, left_visits.visit_number + 1) as transition_number
    from moves
    full outer join left_visits
        on
            moves.source = left_visits.source
            and moves.deal_id = left_visits.deal_id
            and moves.transition_number = left_visits.visit_number + 1
    where
        (
            moves.transitioned_at is distinct from left_visits.exited_at
            and moves.direction != 'undeleted'
        )
        or moves.from_pipeline_id is distinct from left_visits.pipeline_id
        or moves.from_stage_id is distinct from left_visits.stage_id
        or moves.to_stage_id is distinct from left_visits.next_stage_id
        or moves.hours_in_from_stage is distinct from left_visits.hours_in_stage

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
order by example
