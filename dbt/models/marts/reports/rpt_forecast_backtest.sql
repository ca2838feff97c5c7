with

points as (

    select * from {{ ref("int_forecast_points") }}
    where forecast is not null and actual is not null

),

intervals as (

    select * from {{ ref("int_forecast_intervals") }}

),

scored as (

    select
        points.*,
        cast(points.actual as double) as actual_amount,
        intervals.p10,
        intervals.p90,
        intervals.scored_months
    from points
    inner join intervals
        on
            points.as_of_date = intervals.as_of_date
            and points.period = intervals.period
            and points.source = intervals.source
            and points.pipeline_id = intervals.pipeline_id
            and points.method = intervals.method

)

select
    source,
    pipeline_id,
    as_of_date,
    period,
    period_start_date,
    period_end_date,
    method,
    '{{ reporting_currency() }}' as currency,
    p10,
    forecast as p50,
    p90,
    actual,
    forecast - actual_amount as error,
    abs(forecast - actual_amount) as absolute_error,
    {{ pinball_loss("actual_amount", "p10", "forecast", "p90") }} as pinball_loss,
    case when p10 is not null then actual_amount between p10 and p90 end as is_in_interval,
    cast(scored_months as bigint) as scored_months
from scored
