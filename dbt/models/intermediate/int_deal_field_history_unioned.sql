{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh('int_changed_deals') }}",
) }}
-- Not cut at as-of: whether a field has a history at all must not depend on it.
with

several_versions as (

    {{ records_with_several_versions("deal_field_history", "int_changed_deals") }}

),

newest as (

    {{ newest_versions("deal_field_history", "int_changed_deals", "several_versions") }}

)

select
    source,
    deal_id,
    field,
    value,
    changed_at,
    extracted_at,
    load_seq,
    unreadable_fields
from newest
where not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
