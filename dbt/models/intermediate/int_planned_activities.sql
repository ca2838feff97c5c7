-- What is planned: activities after as-of that were known by then. Sources that keep no plans have
-- none.
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
    newest.occurred_at as planned_at,
    coalesce(newest.deal_id, links.deal_id) as deal_id
from newest
left join links on newest.source = links.source and newest.activity_id = links.activity_id
where
    newest.occurred_at > {{ as_of() }}
    and newest.source_updated_at <= {{ as_of() }}
    and not newest.is_deleted_in_source
