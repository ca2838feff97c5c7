with

newest as (

    {{ newest_versions("leads") }}

)

select
    source,
    lead_id,
    created_at,
    status,
    email,
    lead_source,
    campaign_id,
    rep_id,
    company,
    job_title,
    industry,
    employee_count,
    country,
    converted_at,
    converted_deal_id,
    updated_at,
    unreadable_fields
from newest
where
    created_at <= {{ as_of() }}
    and not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
