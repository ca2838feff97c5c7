-- The days on which a forecast is made, and what it is made for. The newest origin is the last day
-- that was over at as-of; the others are the same point of every month before it, so that a
-- forecast for the last week of a month is judged by last weeks of months. At a month's end they
-- are month ends.
with

months as (

    select distinct
        month_start_date,
        {{ months_between_dates("month_start_date", first_day_after_as_of()) }} as months_ago
    from {{ ref("dim_dates") }}
    where month_start_date <= {{ first_day_after_as_of() }}

),

starts as (

    select
        months_ago,
        {{ add_months_to_date(first_day_after_as_of(), "-months_ago") }} as first_date
    from months

),

origins as (

    select
        cast(months_ago as integer) as months_ago,
        {{ add_days("first_date", -1) }} as as_of_date,
        first_date,
        {{ add_months_to_date(first_of_month("first_date"), 1) }} as first_of_next_month
    from starts

),

periods as (

    select
        months_ago,
        as_of_date,
        'this_month' as period,
        1 as months,
        first_date as period_start_date,
        {{ add_days("first_of_next_month", -1) }} as period_end_date
    from origins

    union all

    select
        months_ago,
        as_of_date,
        'next_month' as period,
        1 as months,
        first_of_next_month as period_start_date,
        {{ add_days(add_months_to_date("first_of_next_month", 1), -1) }} as period_end_date
    from origins

    union all

    select
        months_ago,
        as_of_date,
        'three_months' as period,
        3 as months,
        first_date as period_start_date,
        {{ add_days(add_months_to_date("first_of_next_month", 2), -1) }} as period_end_date
    from origins

)

select
    *,
    months_ago = 0 as is_latest,
    period_end_date < {{ first_day_after_as_of() }} as is_over
from periods
