with

newest as (

    {{ newest_versions("activities") }}

),

links as (

    select * from {{ ref("int_activity_links") }}

)

select
    newest.source,
    newest.activity_id,
    newest.kind,
    newest.occurred_at,
    coalesce(newest.deal_id, links.deal_id) as deal_id,
    coalesce(newest.lead_id, links.lead_id) as lead_id,
    newest.rep_id,
    newest.duration_minutes,
    newest.outcome,
    newest.objection,
    newest.unreadable_fields
from newest
left join links on newest.source = links.source and newest.activity_id = links.activity_id
where
    newest.occurred_at <= {{ as_of() }}
    and not (newest.is_deleted_in_source and newest.source_updated_at <= {{ as_of() }})
