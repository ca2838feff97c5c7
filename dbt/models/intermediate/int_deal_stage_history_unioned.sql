{{ config(
    materialized=made_per_deal(),
    pre_hook="{{ delete_rows_to_refresh('int_changed_deals') }}",
) }}
-- Not cut at as-of: whether a deal has a history at all must not depend on it.
with

newest as (

    {{ newest_versions("deal_stage_history", "int_changed_deals") }}

)

select
    source,
    deal_id,
    stage_id,
    entered_at,
    pipeline_id,
    sequence,
    changed_by,
    extracted_at,
    load_seq,
    unreadable_fields
from newest
where not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
