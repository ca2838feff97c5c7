-- How well each method that has a forecast at an origin had done at the origins before it, on those
-- at which all of them had one; the least absolute error makes the default.
{%- set p = forecast_parameters() %}
with

points as (

    select * from {{ ref("int_forecast_points") }}
    where forecast is not null

),

intervals as (

    select * from {{ ref("int_forecast_intervals") }}

),

lookbacks as (

    select * from {{ ref("int_forecast_lookbacks") }}

),

scored as (

    select
        points.*,
        intervals.p10,
        intervals.p90
    from points
    inner join intervals
        on
            points.as_of_date = intervals.as_of_date
            and points.period = intervals.period
            and points.source = intervals.source
            and points.pipeline_id = intervals.pipeline_id
            and points.method = intervals.method
    where points.actual is not null

),

candidates as (

    select
        *,
        count(*) over (partition by as_of_date, period, source, pipeline_id) as methods
    from points

),

compared as (

    select
        candidates.as_of_date,
        candidates.is_latest,
        candidates.period,
        candidates.source,
        candidates.pipeline_id,
        candidates.method,
        candidates.method_order,
        cast(scored.actual as double) as actual,
        scored.forecast,
        scored.p10,
        scored.p90
    from candidates
    inner join lookbacks
        on
            candidates.as_of_date = lookbacks.as_of_date
            and candidates.period = lookbacks.period
    inner join scored
        on
            lookbacks.earlier_as_of_date = scored.as_of_date
            and candidates.period = scored.period
            and candidates.source = scored.source
            and candidates.pipeline_id = scored.pipeline_id
            and candidates.method = scored.method
    qualify candidates.methods = count(*) over (
        partition by
            candidates.as_of_date,
            candidates.period,
            candidates.source,
            candidates.pipeline_id,
            scored.as_of_date
    )

),

summed as (

    select
        as_of_date,
        is_latest,
        period,
        source,
        pipeline_id,
        method,
        method_order,
        count(*) as scored_months,
        sum(actual) as actual,
        sum(forecast) as forecast,
        sum(abs(forecast - actual)) as absolute_error,
        count(p10) as intervals,
        count(*) filter (where actual between p10 and p90) as intervals_hit,
        sum({{ pinball_loss("actual", "p10", "forecast", "p90") }}) as pinball_loss
    from compared
    group by as_of_date, is_latest, period, source, pipeline_id, method, method_order

)

select
    *,
    absolute_error / nullif(actual, 0) as wape,
    scored_months >= {{ p.minimum_scores }}
    and row_number() over (
        partition by as_of_date, period, source, pipeline_id
        order by absolute_error, method_order desc
    ) = 1 as is_default
from summed
