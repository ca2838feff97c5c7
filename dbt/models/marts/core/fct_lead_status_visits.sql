with

changes as (

    select * from {{ ref("int_lead_status_changes") }}

),

stays as (

    select
        *,
        lead(changed_at) over by_entry as next_changed_at,
        lead(direction) over by_entry as next_direction,
        lead(status) over by_entry as next_status,
        lead(canonical_status) over by_entry as next_canonical_status,
        row_number() over (
            partition by source, lead_id, status_key order by transition_number
        ) > 1 as is_reentry
    from changes
    window by_entry as (partition by source, lead_id order by transition_number)

),

ended as (

    select
        *,
        coalesce(next_changed_at, deleted_at) as exited_at,
        case
            when next_direction = 'forward' then 'advanced'
            when next_direction = 'backward' then 'regressed'
            when next_direction is not null then next_direction
            when deleted_at is null then 'open'
            else 'deleted'
        end as exit_kind
    from stays

)

select
    source,
    lead_id,
    cast(transition_number as integer) as visit_number,
    status,
    canonical_status,
    cast(funnel_rank as integer) as funnel_rank,
    changed_at as entered_at,
    exited_at,
    {{ business_date("changed_at") }} as entered_date,
    {{ business_date("exited_at") }} as exited_date,
    exit_kind,
    next_status,
    next_canonical_status,
    {{ elapsed_hours("changed_at", "exited_at") }} as hours_in_status,
    is_reentry,
    is_inferred_history,
    transition_number = 1
    and not is_inferred_history
    and canonical_status != 'new'
    and {{ begins_late("created_at", "changed_at") }} as is_left_truncated
from ended
