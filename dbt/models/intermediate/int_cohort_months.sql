-- Every month up to as-of as the n-th since each month before it. A month is over for a cohort
-- when its last day has ended by as-of. Cells of months that are not over are null: a young cohort
-- is not a bad one.
with

months as (

    select distinct month_start_date
    from {{ ref("dim_dates") }}
    where month_start_date <= {{ as_of_date() }}

)

select
    created.month_start_date as created_month,
    {{ months_between_dates("created.month_start_date", "reached.month_start_date") }}
        as months_since,
    {{ add_months_to_date("reached.month_start_date", 1) }} <= {{ first_day_after_as_of() }}
        as is_mature
from months as created
inner join months as reached on created.month_start_date <= reached.month_start_date
