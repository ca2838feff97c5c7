-- States at the end of each business day, from changes by running sums: never deals times days.
with

daily_changes as (

    select * from {{ ref("int_pipeline_daily_changes") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

rates as (

    select * from {{ ref("int_fx_rates") }}

),

days as (

    select date_day from {{ ref("dim_dates") }}
    where date_day <= {{ as_of_date() }}

),

series as (

    select source, pipeline_id, stage_id, currency, min(date_day) as first_date
    from daily_changes
    group by source, pipeline_id, stage_id, currency

),

running as (

    select
        series.source,
        series.pipeline_id,
        series.stage_id,
        series.currency,
        days.date_day,
        sum(coalesce(daily_changes.deals, 0)) over so_far as open_deals,
        sum(coalesce(daily_changes.amount, 0)) over so_far as open_amount,
        coalesce(daily_changes.entered, 0) as entered,
        coalesce(daily_changes.exited, 0) as exited
    from series
    inner join days on series.first_date <= days.date_day
    left join daily_changes
        on
            series.source = daily_changes.source
            and series.pipeline_id = daily_changes.pipeline_id
            and series.stage_id = daily_changes.stage_id
            and series.currency = daily_changes.currency
            and days.date_day = daily_changes.date_day
    window
        so_far as (
            partition by series.source, series.pipeline_id, series.stage_id, series.currency
            order by days.date_day
        )

)

select
    running.source,
    running.pipeline_id,
    running.stage_id,
    stages.stage_name,
    stages.position as stage_position,
    running.currency,
    running.date_day as snapshot_date,
    cast(running.open_deals as bigint) as open_deals,
    cast(running.open_amount as decimal(18, 4)) as open_amount,
    {{
        in_reporting_currency("running.open_amount", "running.currency", "rates.rate_to_reporting")
    }} as open_amount_reporting,
    cast(running.entered as bigint) as entered,
    cast(running.exited as bigint) as exited
from running
inner join stages
    on
        running.source = stages.source
        and running.pipeline_id = stages.pipeline_id
        and running.stage_id = stages.stage_id
left join rates
    on
        running.source = rates.source
        and running.currency = rates.currency
        and rates.valid_from_date <= running.date_day
        and running.date_day < rates.valid_to_date
