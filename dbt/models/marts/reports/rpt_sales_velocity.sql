-- Four factors at the end of each month, and what each of them added to the change since the month
-- before. The fourth is the inverse of the cycle: velocity is then a plain product.
{% set series = ["source", "pipeline_id", "segment_type", "segment"] -%}
{% set factors = ["open_deals", "win_rate", "average_amount", "cycles_per_day"] -%}
with

measures as (

    select * from {{ ref("int_daily_measures") }}

),

months as (

    -- The month of as-of is measured at as-of.
    select
        month_start_date as velocity_month,
        max(date_day) as measured_date
    from {{ ref("dim_dates") }}
    where date_day <= {{ as_of_date() }}
    group by month_start_date

),

factors as (

    select
        measures.*,
        months.velocity_month,
        months.measured_date,
        measures.average_won_amount as average_amount,
        {{ ratio("1", "measures.cycle_days") }} as cycles_per_day,
        {{ ratio("measures.expected_open_amount", "measures.cycle_days") }} as velocity_per_day
    from measures
    inner join months on measures.date_day = months.measured_date

),

compared as (

    select
        *,
        velocity_per_day - lag(velocity_per_day) over by_month as velocity_change_per_day,
        {% for factor in factors -%}
        lag({{ factor }}) over by_month as previous_{{ factor }}{{ "," if not loop.last }}
        {% endfor %}
    from factors
    window by_month as (partition by {{ series | join(", ") }} order by velocity_month)

),

explained as (

    select
        *,
        {% for factor in factors -%}
        {{ contribution_to_change(factor, factors) }}
            as change_from_{{ factor }}{{ "," if not loop.last }}
        {% endfor %}
    from compared

),

led as (

    -- Of the factors that moved it the way it went, the strongest.
    select
        *,
        case
            when velocity_change_per_day > 0
                then greatest({{ "change_from_" ~ factors | join(", change_from_") }})
            when velocity_change_per_day < 0
                then least({{ "change_from_" ~ factors | join(", change_from_") }})
        end as largest_contribution
    from explained

)

select
    source,
    pipeline_id,
    segment_type,
    segment,
    velocity_month,
    measured_date,
    {{ add_days(add_months_to_date("velocity_month", 1), -1) }} < {{ first_day_after_as_of() }}
        as is_complete,
    open_deals,
    trailing_won_deals as won_deals,
    trailing_closed_deals as closed_deals,
    win_rate,
    trailing_won_amount as won_amount_reporting,
    trailing_won_deals_with_amount as won_deals_with_amount,
    trailing_won_without_rate as won_deals_without_rate,
    average_amount,
    trailing_won_cycle_days as won_cycle_days,
    trailing_won_deals_with_cycle as won_deals_with_cycle,
    cycle_days,
    velocity_per_day,
    velocity_change_per_day,
    change_from_open_deals,
    change_from_win_rate,
    change_from_average_amount,
    change_from_cycles_per_day as change_from_cycle_days,
    case largest_contribution
        when change_from_open_deals then 'open_deals'
        when change_from_win_rate then 'win_rate'
        when change_from_average_amount then 'average_amount'
        when change_from_cycles_per_day then 'cycle_days'
    end as main_driver
from led
