-- An 80% interval from the method's own record: how far above and below its forecasts the actuals
-- came at earlier origins. The n ratios are taken at places 0.1(n + 1) and 0.9(n + 1), between two
-- of them in proportion: a new ratio falls outside in a fifth of the cases (conformal prediction).
{%- set p = forecast_parameters() %}
with

points as (

    select * from {{ ref("int_forecast_points") }}

),

lookbacks as (

    select * from {{ ref("int_forecast_lookbacks") }}

),

ratios as (

    select
        lookbacks.as_of_date,
        points.period,
        points.source,
        points.pipeline_id,
        points.method,
        cast(points.actual as double) / points.forecast as ratio
    from lookbacks
    inner join points
        on
            lookbacks.earlier_as_of_date = points.as_of_date
            and lookbacks.period = points.period
    where points.forecast > 0 and points.actual is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by as_of_date, period, source, pipeline_id, method order by ratio
        ) as place,
        count(*) over (partition by as_of_date, period, source, pipeline_id, method) as ratios
    from ratios

),

placed as (

    select
        *,
        greatest(0.1e0 * (ratios + 1), 1) as low_place,
        least(0.9e0 * (ratios + 1), ratios) as high_place
    from ranked

),

bounds as (

    select
        as_of_date,
        period,
        source,
        pipeline_id,
        method,
        max(ratios) as scored_months,
        sum(ratio * greatest(1 - abs(place - low_place), 0)) as low_ratio,
        sum(ratio * greatest(1 - abs(place - high_place), 0)) as high_ratio
    from placed
    group by as_of_date, period, source, pipeline_id, method

)

select
    points.as_of_date,
    points.period,
    points.source,
    points.pipeline_id,
    points.method,
    coalesce(bounds.scored_months, 0) as scored_months,
    -- A biased record never moves the interval off its own forecast.
    case
        when bounds.scored_months >= {{ p.minimum_scores }}
            then points.forecast * least(bounds.low_ratio, 1)
    end as p10,
    case
        when bounds.scored_months >= {{ p.minimum_scores }}
            then points.forecast * greatest(bounds.high_ratio, 1)
    end as p90
from points
left join bounds
    on
        points.as_of_date = bounds.as_of_date
        and points.period = bounds.period
        and points.source = bounds.source
        and points.pipeline_id = bounds.pipeline_id
        and points.method = bounds.method
where points.forecast is not null
