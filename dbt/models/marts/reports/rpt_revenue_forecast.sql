with

points as (

    select * from {{ ref("int_forecast_points") }}

),

intervals as (

    select * from {{ ref("int_forecast_intervals") }}
    where p10 is not null

),

accuracy as (

    select * from {{ ref("int_forecast_accuracy") }}

)

select
    points.source,
    points.pipeline_id,
    points.as_of_date,
    points.period,
    points.period_start_date,
    points.period_end_date,
    points.method,
    case when intervals.method is null then 'insufficient_history' else 'ok' end as status,
    points.is_latest,
    coalesce(accuracy.is_default and intervals.method is not null, false) as is_default,
    '{{ reporting_currency() }}' as currency,
    intervals.p10,
    case when intervals.method is not null then points.forecast end as p50,
    intervals.p90,
    case when intervals.method is not null then points.new_deal_amount end as p50_of_new_deals,
    points.actual,
    cast(points.won_deals_without_rate as bigint) as won_deals_without_rate,
    case when intervals.method is not null then points.forecast - points.actual end as error,
    cast(points.open_deals as bigint) as open_deals,
    cast(points.open_deals_of_unknown_amount as bigint) as open_deals_of_unknown_amount,
    points.open_amount as open_amount_reporting,
    cast(points.earlier_months as bigint) as earlier_months,
    cast(points.earlier_wins as bigint) as earlier_wins
from points
left join intervals
    on
        points.as_of_date = intervals.as_of_date
        and points.period = intervals.period
        and points.source = intervals.source
        and points.pipeline_id = intervals.pipeline_id
        and points.method = intervals.method
left join accuracy
    on
        points.as_of_date = accuracy.as_of_date
        and points.period = accuracy.period
        and points.source = accuracy.source
        and points.pipeline_id = accuracy.pipeline_id
        and points.method = accuracy.method
