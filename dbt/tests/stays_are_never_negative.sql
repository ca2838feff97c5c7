-- No stay ends before it begins, and only one that lasts has no hours.
{{ config(meta={"entity": "fct_stage_visits"}) }}

select
    'deal ' || deal_id || ' (visit ' || visit_number || ')' as example,
    source,
    entered_at,
    exited_at,
    hours_in_stage,
    business_hours_in_stage
from {{ ref("fct_stage_visits") }}
where
    exited_at < entered_at
    or hours_in_stage < 0
    or business_hours_in_stage < 0
    or (exited_at is null) != (hours_in_stage is null)
    or (exited_at is null) != (business_hours_in_stage is null)
order by example
