-- Stays in open stages once per segment of their deal, with the time observed so far: a stay that
-- lasts, or was cut off by a merge or a deletion, tells that it took at least this long.
with

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open'

),

segments as (

    select * from {{ ref("int_deal_segments") }}

)

select
    visits.source,
    visits.pipeline_id,
    visits.stage_id,
    segments.segment_type,
    segments.segment,
    {{ first_of_quarter("visits.entered_date") }} as entry_quarter,
    visits.exit_kind not in ('open', 'merged', 'deleted') as is_completed,
    visits.hours_in_stage,
    coalesce(visits.hours_in_stage, {{ elapsed_hours("visits.entered_at", as_of()) }})
        as hours_observed
from visits
inner join segments
    on visits.source = segments.source and visits.deal_id = segments.deal_id
