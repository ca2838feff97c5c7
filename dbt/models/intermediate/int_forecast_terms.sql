-- What a forecast needs to know about its pipeline besides the open deals: the mean size of a deal,
-- revenue from deals not created yet, the last finished period, and how much history there was.
{%- set p = forecast_parameters() %}
with

revenue as (

    select * from {{ ref("int_forecast_revenue") }}

),

lookbacks as (

    select * from {{ ref("int_forecast_lookbacks") }}

),

wins as (

    select * from {{ ref("int_forecast_wins") }}

),

origins as (

    select distinct as_of_date
    from {{ ref("int_forecast_periods") }}

),

deal_sizes as (

    select
        origins.as_of_date,
        wins.source,
        wins.pipeline_id,
        avg(cast(wins.amount_reporting as double)) as mean_won_amount
    from origins
    inner join wins
        on
            origins.as_of_date >= wins.won_date
            and {{ add_months_to_date("origins.as_of_date", -p.closing_months) }} < wins.won_date
    group by origins.as_of_date, wins.source, wins.pipeline_id

),

earlier as (

    select
        lookbacks.as_of_date,
        lookbacks.period,
        revenue.source,
        revenue.pipeline_id,
        count(*) filter (where lookbacks.months_back <= {{ p.rate_months }}) as earlier_months,
        sum(revenue.won_deals) filter (where lookbacks.months_back <= {{ p.rate_months }})
            as earlier_wins,
        avg(cast(revenue.won_amount_of_new_deals as double))
            filter (where lookbacks.months_back <= {{ p.new_deal_months }}) as new_deal_amount,
        max(cast(revenue.actual as double)) filter (where lookbacks.months_back = 1)
            as last_actual
    from lookbacks
    inner join revenue
        on
            lookbacks.earlier_as_of_date = revenue.as_of_date
            and lookbacks.period = revenue.period
    group by lookbacks.as_of_date, lookbacks.period, revenue.source, revenue.pipeline_id

)

select
    revenue.as_of_date,
    revenue.is_latest,
    revenue.period,
    revenue.months,
    revenue.period_start_date,
    revenue.period_end_date,
    revenue.source,
    revenue.pipeline_id,
    revenue.actual,
    revenue.won_deals_without_rate,
    deal_sizes.mean_won_amount,
    coalesce(earlier.earlier_months, 0) as earlier_months,
    coalesce(earlier.earlier_wins, 0) as earlier_wins,
    earlier.new_deal_amount,
    earlier.last_actual
from revenue
left join earlier
    on
        revenue.as_of_date = earlier.as_of_date
        and revenue.period = earlier.period
        and revenue.source = earlier.source
        and revenue.pipeline_id = earlier.pipeline_id
left join deal_sizes
    on
        revenue.as_of_date = deal_sizes.as_of_date
        and revenue.source = deal_sizes.source
        and revenue.pipeline_id = deal_sizes.pipeline_id
