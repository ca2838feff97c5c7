-- What every pipeline won in each period, and how much of it came from deals that were not open at
-- the origin: those are not in the pipeline yet when the forecast is made. Figures of a period that
-- is not over, or of which the amount of a win is unknown for want of a rate, are null.
with

pipelines as (

    select distinct source, pipeline_id
    from {{ ref("dim_pipeline_stages") }}

),

first_dates as (

    select source, pipeline_id, min(from_date) as first_date
    from {{ ref("int_deal_days") }}
    group by source, pipeline_id

),

periods as (

    select * from {{ ref("int_forecast_periods") }}

),

wins as (

    select * from {{ ref("int_forecast_wins") }}

),

won as (

    select
        periods.as_of_date,
        periods.period,
        wins.source,
        wins.pipeline_id,
        count(*) as won_deals,
        sum(wins.amount_reporting) as won_amount,
        count(*) filter (where wins.is_without_rate) as without_rate
    from periods
    inner join wins
        on
            wins.won_date between periods.period_start_date and periods.period_end_date
            and coalesce(wins.undone_date > periods.period_end_date, true)
    group by periods.as_of_date, periods.period, wins.source, wins.pipeline_id

),

won_from_open as (

    select as_of_date, period, source, pipeline_id, sum(won_amount) as won_amount
    from {{ ref("int_forecast_cells") }}
    group by as_of_date, period, source, pipeline_id

),

grid as (

    -- A pipeline has origins from its first deal on; one without deals has the newest.
    select
        periods.as_of_date,
        periods.is_latest,
        periods.period,
        periods.months,
        periods.period_start_date,
        periods.period_end_date,
        periods.is_over,
        pipelines.source,
        pipelines.pipeline_id
    from pipelines
    cross join periods
    left join first_dates
        on
            pipelines.source = first_dates.source
            and pipelines.pipeline_id = first_dates.pipeline_id
    where periods.is_latest or coalesce(periods.as_of_date >= first_dates.first_date, false)

)

select
    grid.*,
    case when grid.is_over then coalesce(won.won_deals, 0) end as won_deals,
    case when grid.is_over then coalesce(won.without_rate, 0) end as won_deals_without_rate,
    case
        when grid.is_over and coalesce(won.without_rate, 0) = 0
            then cast(coalesce(won.won_amount, 0) as decimal(18, 4))
    end as actual,
    case
        when grid.is_over and coalesce(won.without_rate, 0) = 0
            then coalesce(won.won_amount, 0) - coalesce(won_from_open.won_amount, 0)
    end as won_amount_of_new_deals
from grid
left join won
    on
        grid.as_of_date = won.as_of_date
        and grid.period = won.period
        and grid.source = won.source
        and grid.pipeline_id = won.pipeline_id
left join won_from_open
    on
        grid.as_of_date = won_from_open.as_of_date
        and grid.period = won_from_open.period
        and grid.source = won_from_open.source
        and grid.pipeline_id = won_from_open.pipeline_id
