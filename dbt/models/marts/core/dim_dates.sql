-- From the year of the first lead, deal or stage change to the end of the year after as-of.
with

deals as (

    select * from {{ ref("int_deals") }}

),

leads as (

    select * from {{ ref("int_leads_unioned") }}

),

beginnings as (

    select least(created_date, first_entered_date) as began_date from deals
    union all
    select {{ business_date("created_at") }} as began_date from leads

),

bounds as (

    select
        {{ first_of_year("least(min(began_date), " ~ as_of_date() ~ ")") }} as first_date,
        {{ add_days(add_months_to_date(first_of_year(as_of_date()), 24), -1) }} as last_date
    from beginnings

),

days as (

    {{ day_spine("(select first_date from bounds)", "(select last_date from bounds)") }}

),

fiscal_days as (

    select
        date_day,
        (month(date_day) + 12 - {{ fiscal_year_start() }}) % 12 + 1 as fiscal_month
    from days

)

select
    date_day,
    cast(year(date_day) as integer) as calendar_year,
    cast(quarter(date_day) as integer) as calendar_quarter,
    cast(month(date_day) as integer) as calendar_month,
    cast(day(date_day) as integer) as day_of_month,
    {{ iso_day_of_week("date_day") }} as iso_day_of_week,
    cast(date_trunc('week', date_day) as date) as week_start_date,
    {{ first_of_month("date_day") }} as month_start_date,
    {{ first_of_quarter("date_day") }} as quarter_start_date,
    -- Called after the calendar year in which it ends: that of its twelfth month.
    cast(year({{ add_months_to_date(first_of_month("date_day"), "12 - fiscal_month") }}) as integer)
        as fiscal_year,
    cast(ceil(fiscal_month / 3.0) as integer) as fiscal_quarter,
    cast(fiscal_month as integer) as fiscal_month,
    {{ iso_day_of_week("date_day") }} >= 6 as is_weekend
from fiscal_days
