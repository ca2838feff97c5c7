{{ config(tags=["data_quality"]) }}

with

results as (

    select * from {{ ref("stg_jalur__check_results") }}

)

select
    run_id,
    check_name,
    source,
    entity,
    severity,
    status,
    failing_rows,
    detail,
    tool,
    checked_at
from results
