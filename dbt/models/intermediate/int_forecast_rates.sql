-- What earlier origins teach about open deals: the share that was won within the period, by stage
-- and by stage and age. Thin groups lean on the wider one by a few deals at its rate.
{%- set p = forecast_parameters() %}
with

cells as (

    select * from {{ ref("int_forecast_cells") }}

),

lookbacks as (

    select * from {{ ref("int_forecast_lookbacks") }}
    where months_back <= {{ p.rate_months }}

),

by_age as (

    select
        lookbacks.as_of_date,
        cells.period,
        cells.source,
        cells.pipeline_id,
        cells.stage_id,
        cells.age_band,
        sum(cells.open_deals) as open_deals,
        sum(cells.won_deals) as won_deals,
        sum(cast(cells.open_amount as double)) as open_amount,
        sum(cast(cells.won_amount_of_priced as double)) as won_amount,
        sum(cells.won_amount_of_priced_squared) as won_amount_squared
    from lookbacks
    inner join cells
        on
            lookbacks.earlier_as_of_date = cells.as_of_date
            and lookbacks.period = cells.period
    group by
        lookbacks.as_of_date,
        cells.period,
        cells.source,
        cells.pipeline_id,
        cells.stage_id,
        cells.age_band

),

summed as (

    select
        *,
        cast(sum(won_deals) over by_pipeline as double) / sum(open_deals) over by_pipeline
            as pipeline_rate,
        sum(won_deals) over by_stage as stage_won_deals,
        sum(open_deals) over by_stage as stage_open_deals
    from by_age
    window
        by_pipeline as (partition by as_of_date, period, source, pipeline_id),
        by_stage as (partition by as_of_date, period, source, pipeline_id, stage_id)

),

stage_rates as (

    select
        *,
        (stage_won_deals + {{ p.prior_deals }} * pipeline_rate)
        / (stage_open_deals + {{ p.prior_deals }}) as stage_rate
    from summed

)

select
    as_of_date,
    period,
    source,
    pipeline_id,
    stage_id,
    age_band,
    open_deals,
    won_deals,
    open_amount,
    won_amount,
    won_amount_squared,
    pipeline_rate,
    stage_rate,
    (won_deals + {{ p.prior_deals }} * stage_rate) / (open_deals + {{ p.prior_deals }})
        as stage_age_rate
from stage_rates
