with

newest as (

    {{ newest_versions("accounts") }}

)

select
    source,
    account_id,
    name,
    industry,
    employee_count,
    annual_revenue,
    country,
    parent_account_id,
    created_at,
    unreadable_fields,
    is_deleted_in_source and source_updated_at <= {{ as_of() }} as is_deleted
from newest
