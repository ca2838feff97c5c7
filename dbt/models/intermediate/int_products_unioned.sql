with

newest as (

    {{ newest_versions("products") }}

)

select
    source,
    product_id,
    name,
    family,
    list_price,
    currency,
    unreadable_fields,
    is_deleted_in_source and source_updated_at <= {{ as_of() }} as is_deleted
from newest
