with

changes as (

    select * from {{ ref("int_lead_status_changes") }}

)

select
    source,
    lead_id,
    cast(transition_number as integer) as transition_number,
    from_status,
    from_canonical_status,
    status as to_status,
    canonical_status as to_canonical_status,
    changed_at as transitioned_at,
    {{ business_date("changed_at") }} as transitioned_date,
    {{ elapsed_hours("from_changed_at", "changed_at") }} as hours_in_from_status,
    direction,
    is_inferred_history
from changes
