-- What is expected of each cell's open deals per unit of their amount, by method. stage_weighted
-- takes the share that is won in the end; the landmark rates take the share of open deals in the
-- same stage (and of the same age) that was won within the same period.
with

cells as (

    select * from {{ ref("int_forecast_cells") }}

),

rates as (

    select * from {{ ref("int_forecast_rates") }}

),

size_factors as (

    select * from {{ ref("int_forecast_size_factors") }}

),

win_rates as (

    select * from {{ ref("int_forecast_win_rates") }}

),

pipeline_rates as (

    select as_of_date, period, source, pipeline_id, max(pipeline_rate) as pipeline_rate
    from rates
    group by as_of_date, period, source, pipeline_id

),

stage_rates as (

    select as_of_date, period, source, pipeline_id, stage_id, max(stage_rate) as stage_rate
    from rates
    group by as_of_date, period, source, pipeline_id, stage_id

)

select
    cells.as_of_date,
    cells.period,
    cells.source,
    cells.pipeline_id,
    cells.stage_id,
    cells.age_band,
    cells.open_deals,
    cells.open_deals_without_amount,
    cells.open_deals_of_unknown_amount,
    cells.open_amount,
    cells.dated_deals,
    cells.due_deals_without_amount,
    cells.due_amount,
    win_rates.win_rate,
    coalesce(stage_rates.stage_rate, pipeline_rates.pipeline_rate)
    * size_factors.stage_factor as stage_rate,
    -- An age never seen in a stage has the stage's rate, a stage never seen the pipeline's.
    coalesce(rates.stage_age_rate, stage_rates.stage_rate, pipeline_rates.pipeline_rate)
    * size_factors.stage_age_factor as stage_age_rate
from cells
left join pipeline_rates
    on
        cells.as_of_date = pipeline_rates.as_of_date
        and cells.period = pipeline_rates.period
        and cells.source = pipeline_rates.source
        and cells.pipeline_id = pipeline_rates.pipeline_id
left join stage_rates
    on
        cells.as_of_date = stage_rates.as_of_date
        and cells.period = stage_rates.period
        and cells.source = stage_rates.source
        and cells.pipeline_id = stage_rates.pipeline_id
        and cells.stage_id = stage_rates.stage_id
left join rates
    on
        cells.as_of_date = rates.as_of_date
        and cells.period = rates.period
        and cells.source = rates.source
        and cells.pipeline_id = rates.pipeline_id
        and cells.stage_id = rates.stage_id
        and cells.age_band = rates.age_band
left join size_factors
    on
        cells.as_of_date = size_factors.as_of_date
        and cells.period = size_factors.period
        and cells.source = size_factors.source
        and cells.pipeline_id = size_factors.pipeline_id
left join win_rates
    on
        cells.as_of_date = win_rates.as_of_date
        and cells.source = win_rates.source
        and cells.pipeline_id = win_rates.pipeline_id
        and cells.stage_id = win_rates.stage_id
