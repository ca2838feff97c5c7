-- Each change of a lead's status with the status before and after it: what visits and transitions
-- are made of.
with

events as (

    select * from {{ ref("int_lead_status_events") }}

),

changes as (

    select
        *,
        row_number() over by_entry as transition_number,
        lag(status) over by_entry as from_status,
        lag(canonical_status) over by_entry as from_canonical_status,
        lag(funnel_rank) over by_entry as from_funnel_rank,
        lag(changed_at) over by_entry as from_changed_at
    from events
    window by_entry as (partition by source, lead_id order by entry_number)

)

select
    *,
    -- The first rule that applies names the direction.
    case
        when transition_number = 1 then 'created'
        when canonical_status = from_canonical_status then 'lateral'
        when canonical_status = 'converted' then 'converted'
        when canonical_status = 'disqualified' then 'disqualified'
        when canonical_status = 'nurturing' then 'recycled'
        when 'unmapped' in (canonical_status, from_canonical_status) then 'lateral'
        when from_canonical_status in ('converted', 'disqualified', 'nurturing') then 'reopened'
        when funnel_rank > from_funnel_rank then 'forward'
        else 'backward'
    end as direction
from changes
