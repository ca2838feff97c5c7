-- Not cut at as-of: whether a lead has a history at all must not depend on it.
with

several_versions as (

    {{ records_with_several_versions("lead_status_history") }}

),

newest as (

    {{ newest_versions("lead_status_history", several="several_versions") }}

),

first_landings as (

    {{ first_landings("lead_status_history", "several_versions") }}

)

select
    newest.source,
    newest.lead_id,
    newest.status,
    newest.changed_at,
    coalesce(first_landings.extracted_at, newest.extracted_at) as extracted_at,
    coalesce(first_landings.load_seq, newest.load_seq) as load_seq,
    newest.unreadable_fields
from newest
left join first_landings
    on newest.source = first_landings.source and newest.record_id = first_landings.record_id
where not (newest.is_deleted_in_source and newest.source_updated_at <= {{ as_of() }})
