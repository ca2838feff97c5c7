-- Which earlier origins may speak at an origin: only those whose own period was over by then. Every
-- rate, interval and choice of the forecast goes through this table, so none can know the future.
with

periods as (

    select * from {{ ref("int_forecast_periods") }}

),

numbered as (

    select
        origins.as_of_date,
        origins.period,
        earlier.as_of_date as earlier_as_of_date,
        row_number() over (
            partition by origins.as_of_date, origins.period order by earlier.as_of_date desc
        ) as months_back
    from periods as origins
    inner join periods as earlier
        on origins.period = earlier.period and origins.as_of_date >= earlier.period_end_date

)

select * from numbered
where months_back <= {{ forecast_parameters().score_months }}
