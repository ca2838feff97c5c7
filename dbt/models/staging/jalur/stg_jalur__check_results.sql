{{ config(materialized="view", tags=["data_quality"]) }}

with

results as (

    select
        {{ json_fields("payload", [
            "run_id", "check_name", "source", "entity", "severity", "status", "failing_rows",
            "detail", "tool", "checked_at"
        ]) }} as fields,
        record_id,
        extracted_at,
        load_seq
    from {{ landed("raw_jalur", "check_results") }}

)

select
    fields.run_id,
    fields.check_name,
    fields.source,
    fields.entity,
    fields.severity,
    fields.status,
    cast(fields.failing_rows as bigint) as failing_rows,
    fields.detail,
    fields.tool,
    {{ read_timestamp("fields.checked_at") }} as checked_at
from results
qualify row_number() over (
    partition by record_id order by extracted_at desc, load_seq desc
) = 1
