with

newest as (

    {{ newest_versions("leads") }}

)

select
    source,
    lead_id,
    created_at,
    status,
    email_hash,
    email_domain,
    lead_source,
    campaign_id,
    rep_id,
    company,
    job_title,
    industry,
    employee_count,
    country,
    updated_at,
    unreadable_fields,
    case when converted_at <= {{ as_of() }} then converted_at end as converted_at,
    -- A conversion without a date counts: the deal has dates of its own.
    case when coalesce(converted_at <= {{ as_of() }}, true) then converted_deal_id end
        as converted_deal_id,
    case when is_deleted_in_source and source_updated_at <= {{ as_of() }} then source_updated_at end
        as deleted_at
from newest
where created_at <= {{ as_of() }}
