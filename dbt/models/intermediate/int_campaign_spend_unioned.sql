with

newest as (

    {{ newest_versions("campaign_spend") }}

)

select
    source,
    campaign_id,
    spend_date,
    spend,
    currency,
    impressions,
    clicks,
    unreadable_fields
from newest
where
    spend_date <= {{ as_of_date() }}
    and not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
