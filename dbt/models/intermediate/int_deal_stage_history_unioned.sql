{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh('int_changed_deals') }}",
) }}
-- Not cut at as-of: whether a deal has a history at all must not depend on it.
with

several_versions as (

    {{ records_with_several_versions("deal_stage_history", "int_changed_deals") }}

),

newest as (

    {{ newest_versions("deal_stage_history", "int_changed_deals", "several_versions") }}

),

first_landings as (

    {{ first_landings("deal_stage_history", "several_versions", "int_changed_deals") }}

)

select
    newest.source,
    newest.deal_id,
    newest.stage_id,
    newest.entered_at,
    newest.pipeline_id,
    newest.sequence,
    newest.changed_by,
    coalesce(first_landings.extracted_at, newest.extracted_at) as extracted_at,
    coalesce(first_landings.load_seq, newest.load_seq) as load_seq,
    newest.unreadable_fields
from newest
left join first_landings
    on newest.source = first_landings.source and newest.record_id = first_landings.record_id
where not (newest.is_deleted_in_source and newest.source_updated_at <= {{ as_of() }})
