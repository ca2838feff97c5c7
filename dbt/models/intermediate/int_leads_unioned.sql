with

newest as (

    {{ newest_versions("leads") }}

),

link_versions as (

    {{ newest_versions("lead_links") }}

),

-- Where a source keeps the campaigns of a lead apart from it, its own is the first.
links as (

    select
        source,
        lead_id,
        linked_id as campaign_id
    from link_versions
    where
        kind = 'campaign'
        and linked_at <= {{ as_of() }}
        and not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
    qualify row_number() over (
        partition by source, lead_id order by linked_at, record_id
    ) = 1

)

select
    newest.source,
    newest.lead_id,
    newest.created_at,
    newest.status,
    newest.email_hash,
    newest.email_domain,
    newest.lead_source,
    coalesce(newest.campaign_id, links.campaign_id) as campaign_id,
    newest.rep_id,
    newest.company,
    newest.job_title,
    newest.industry,
    newest.employee_count,
    newest.country,
    newest.updated_at,
    newest.unreadable_fields,
    case when newest.converted_at <= {{ as_of() }} then newest.converted_at end as converted_at,
    -- A conversion without a date counts: the deal has dates of its own.
    case when coalesce(newest.converted_at <= {{ as_of() }}, true) then newest.converted_deal_id end
        as converted_deal_id,
    case
        when newest.is_deleted_in_source and newest.source_updated_at <= {{ as_of() }}
            then newest.source_updated_at
    end as deleted_at
from newest
left join links on newest.source = links.source and newest.lead_id = links.lead_id
where newest.created_at <= {{ as_of() }}
