{{ config(tags=["data_quality"]) }}

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

),

newest as (

    select fields
    from results
    qualify row_number() over (
        partition by record_id order by extracted_at desc, load_seq desc
    ) = 1

)

select
    fields.run_id as run_id,
    fields.check_name as check_name,
    fields.source as source,
    fields.entity as entity,
    fields.severity as severity,
    fields.status as status,
    cast(fields.failing_rows as bigint) as failing_rows,
    fields.detail as detail,
    fields.tool as tool,
    {{ read_timestamp("fields.checked_at") }} as checked_at
from newest
