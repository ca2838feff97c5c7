with

newest as (

    {{ newest_versions("orders") }}

)

select
    source,
    order_id,
    account_id,
    ordered_at,
    amount,
    currency,
    deal_id,
    unreadable_fields
from newest
where
    ordered_at <= {{ as_of() }}
    and not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
