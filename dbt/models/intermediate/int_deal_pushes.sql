{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- How often each deal's expected close date was moved to a later day while it was open. A deal that
-- switches pipelines stays open; one that is reopened with a new date was not pushed.
with

changes as (

    select * from {{ rows_to_refresh(ref("int_open_deal_changes")) }}

),

pushes as (

    select * from changes
    where
        is_open
        and previous_expected_close_date < expected_close_date
        and (was_open or entry_reason = 'switched_in')

)

select
    source,
    deal_id,
    count(*) as push_count,
    count(*) filter (
        where
        {{ first_of_month("previous_expected_close_date") }}
        < {{ first_of_month("expected_close_date") }}
    ) as month_push_count,
    count(*) filter (
        where
        {{ first_of_quarter("previous_expected_close_date") }}
        < {{ first_of_quarter("expected_close_date") }}
    ) as quarter_push_count,
    sum({{ days_between_dates("previous_expected_close_date", "expected_close_date") }})
        as days_pushed
from pushes
group by source, deal_id
