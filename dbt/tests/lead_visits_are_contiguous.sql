-- A lead's visits are numbered from 1, each begins at the moment the one before it ends, and only
-- the last one of a lead that lives lasts.
{{
    config(meta={
        "entity": "fct_lead_status_visits",
        "dagster": {"ref": {"name": "fct_lead_status_visits"}},
    })
}}

with

leads as (

    select * from {{ ref("int_leads_unioned") }}

),

visits as (

    select
        source,
        lead_id,
        visit_number,
        entered_at,
        exited_at,
        exit_kind,
        row_number() over by_number as expected_number,
        lag(exited_at) over by_number as previous_exited_at,
        lead(visit_number) over by_number is null as is_last
    from {{ ref("fct_lead_status_visits") }}
    window by_number as (partition by source, lead_id order by visit_number)

)

select
    'lead ' || visits.lead_id || ' (visit ' || visits.visit_number || ')' as example,
    visits.source,
    visits.previous_exited_at,
    visits.entered_at,
    visits.exited_at
from visits
left join leads on visits.source = leads.source and visits.lead_id = leads.lead_id
where
    visits.visit_number != visits.expected_number
    or (visits.visit_number > 1 and visits.previous_exited_at is distinct from visits.entered_at)
    or visits.exited_at < visits.entered_at
    or (visits.exited_at is null) != (visits.is_last and leads.deleted_at is null)
    or (visits.exited_at is null) != (visits.exit_kind = 'open')
    or (visits.exit_kind = 'deleted') != (visits.is_last and leads.deleted_at is not null)
order by example
