-- The deal and the lead of an activity, where a source keeps them apart from it.
with

newest as (

    {{ newest_versions("activity_links") }}

)

select
    source,
    activity_id,
    max(linked_id) filter (where kind = 'deal') as deal_id,
    max(linked_id) filter (where kind = 'lead') as lead_id
from newest
where not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
group by source, activity_id
