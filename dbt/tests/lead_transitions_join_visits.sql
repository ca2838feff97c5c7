-- Transition n ends a lead's visit n - 1 and opens visit n: the same moment, the same statuses.
{{
    config(meta={
        "entity": "fct_lead_status_transitions",
        "dagster": {"ref": {"name": "fct_lead_status_transitions"}},
    })
}}

with

transitions as (

    select * from {{ ref("fct_lead_status_transitions") }}

),

visits as (

    select * from {{ ref("fct_lead_status_visits") }}

)

select
    'lead ' || coalesce(transitions.lead_id, opened.lead_id) || ' (transition '
    || coalesce(transitions.transition_number, opened.visit_number) || ')' as example,
    coalesce(transitions.source, opened.source) as source,
    transitions.transitioned_at,
    opened.entered_at,
    ended.exited_at
from transitions
full outer join visits as opened
    on
        transitions.source = opened.source
        and transitions.lead_id = opened.lead_id
        and transitions.transition_number = opened.visit_number
left join visits as ended
    on
        transitions.source = ended.source
        and transitions.lead_id = ended.lead_id
        and transitions.transition_number = ended.visit_number + 1
where
    transitions.transitioned_at is distinct from opened.entered_at
    or transitions.to_status is distinct from opened.status
    or transitions.to_canonical_status is distinct from opened.canonical_status
    or (transitions.direction = 'created') != (ended.lead_id is null)
    or transitions.from_status is distinct from ended.status
    or transitions.from_canonical_status is distinct from ended.canonical_status
    or transitions.hours_in_from_status is distinct from ended.hours_in_status
    or (ended.lead_id is not null and transitions.transitioned_at is distinct from ended.exited_at)
    or (ended.lead_id is not null and transitions.to_status is distinct from ended.next_status)
order by example
