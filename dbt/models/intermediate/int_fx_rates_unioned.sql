with

newest as (

    {{ newest_versions("fx_rates") }}

)

select
    source,
    rate_date,
    currency,
    rate_to_reporting,
    unreadable_fields
from newest
where
    rate_date <= {{ as_of_date() }}
    and not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
