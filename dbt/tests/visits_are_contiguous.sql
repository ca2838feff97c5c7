-- A deal's visits are numbered from 1, and each begins at the moment the one before it ends; later
-- only where the deal was deleted in between.
{{
    config(meta={
        "entity": "fct_stage_visits",
        "dagster": {"ref": {"name": "fct_stage_visits"}},
    })
}}

with

visits as (

    select
        source,
        deal_id,
        visit_number,
        entered_at,
        row_number() over by_number as expected_number,
        lag(exited_at) over by_number as previous_exited_at,
        lag(exit_kind) over by_number as previous_exit_kind
    from {{ ref("fct_stage_visits") }}
    window by_number as (partition by source, deal_id order by visit_number)

)

select
    'deal ' || deal_id || ' (visit ' || visit_number || ')' as example,
    source,
    previous_exited_at,
    entered_at
from visits
where
    visit_number != expected_number
    or (
        visit_number > 1
        and previous_exited_at is distinct from entered_at
        and not (previous_exit_kind = 'deleted' and previous_exited_at < entered_at)
    )
order by example
