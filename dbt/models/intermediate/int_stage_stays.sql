{{ config(materialized="view") }}
-- Stays in open stages with the segments of their deal and the time observed so far: a stay that
-- lasts, or was cut off by a merge or a deletion, tells that it took at least this long. A left-
-- truncated stay is left out: it began at a time that nobody knows, so it has no duration.
with

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open' and not is_left_truncated

),

deals as (

    select * from {{ ref("fct_deals") }}

)

select
    visits.source,
    visits.pipeline_id,
    visits.stage_id,
    visits.deal_id,
    {% for column in segment_columns().values() -%}
    deals.{{ column }},
    {% endfor -%}
    visits.entered_date,
    {{ first_of_quarter("visits.entered_date") }} as entry_quarter,
    visits.exit_kind not in ('open', 'merged', 'deleted') as is_completed,
    visits.hours_in_stage,
    coalesce(visits.hours_in_stage, {{ elapsed_hours("visits.entered_at", as_of()) }})
        as hours_observed
from visits
inner join deals
    on visits.source = deals.source and visits.deal_id = deals.deal_id
