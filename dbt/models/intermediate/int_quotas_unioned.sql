with

newest as (

    {{ newest_versions("quotas") }}

)

select
    source,
    period_start,
    period_end,
    amount,
    currency,
    rep_id,
    team,
    unreadable_fields,
    is_deleted_in_source and source_updated_at <= {{ as_of() }} as is_deleted
from newest
