-- The chance of each cell's open deals, by method. stage_weighted takes the share that is won in the
-- end; the landmark rates take the share of open deals in the same stage (and of the same age) that
-- was won within the same period, at the last twelve origins that can tell. Thin cells lean on the
-- wider group.
{%- set p = forecast_parameters() %}
with

cells as (

    select * from {{ ref("int_forecast_cells") }}

),

lookbacks as (

    select * from {{ ref("int_forecast_lookbacks") }}
    where months_back <= {{ p.rate_months }}

),

win_rates as (

    select * from {{ ref("int_forecast_win_rates") }}

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
        sum(cells.won_deals) as won_deals
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

by_stage as (

    select
        as_of_date,
        period,
        source,
        pipeline_id,
        stage_id,
        sum(open_deals) as open_deals,
        sum(won_deals) as won_deals
    from by_age
    group by as_of_date, period, source, pipeline_id, stage_id

),

by_pipeline as (

    select
        as_of_date,
        period,
        source,
        pipeline_id,
        cast(sum(won_deals) as double) / sum(open_deals) as pipeline_rate
    from by_stage
    group by as_of_date, period, source, pipeline_id

),

stage_rates as (

    select
        cells.*,
        coalesce(by_age.open_deals, 0) as earlier_deals,
        coalesce(by_age.won_deals, 0) as earlier_wins,
        (coalesce(by_stage.won_deals, 0) + {{ p.prior_deals }} * by_pipeline.pipeline_rate)
        / (coalesce(by_stage.open_deals, 0) + {{ p.prior_deals }}) as stage_rate,
        win_rates.win_rate
    from cells
    left join by_pipeline
        on
            cells.as_of_date = by_pipeline.as_of_date
            and cells.period = by_pipeline.period
            and cells.source = by_pipeline.source
            and cells.pipeline_id = by_pipeline.pipeline_id
    left join by_stage
        on
            cells.as_of_date = by_stage.as_of_date
            and cells.period = by_stage.period
            and cells.source = by_stage.source
            and cells.pipeline_id = by_stage.pipeline_id
            and cells.stage_id = by_stage.stage_id
    left join by_age
        on
            cells.as_of_date = by_age.as_of_date
            and cells.period = by_age.period
            and cells.source = by_age.source
            and cells.pipeline_id = by_age.pipeline_id
            and cells.stage_id = by_age.stage_id
            and cells.age_band = by_age.age_band
    left join win_rates
        on
            cells.as_of_date = win_rates.as_of_date
            and cells.source = win_rates.source
            and cells.pipeline_id = win_rates.pipeline_id
            and cells.stage_id = win_rates.stage_id

)

select
    as_of_date,
    period,
    source,
    pipeline_id,
    stage_id,
    age_band,
    open_deals,
    open_deals_without_amount,
    open_amount,
    dated_deals,
    due_deals_without_amount,
    due_amount,
    win_rate,
    stage_rate,
    (earlier_wins + {{ p.prior_deals }} * stage_rate) / (earlier_deals + {{ p.prior_deals }})
        as stage_age_rate
from stage_rates
