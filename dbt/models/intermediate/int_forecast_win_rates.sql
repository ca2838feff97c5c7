-- Of the deals that had been in a stage and were closed in the year before an origin, how many were
-- won: the final win rate that stage-weighted pipelines use. A deal closed twice counts twice.
{%- set p = forecast_parameters() %}
with

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open'

),

origins as (

    select distinct as_of_date
    from {{ ref("int_forecast_periods") }}

),

closings as (

    select * from visits
    where exit_kind in ('won', 'lost')

),

stages_of_closings as (

    select distinct
        closings.source,
        closings.pipeline_id,
        closings.deal_id,
        closings.visit_number,
        closings.exited_date,
        closings.exit_kind,
        visits.stage_id
    from closings
    inner join visits
        on
            closings.source = visits.source
            and closings.pipeline_id = visits.pipeline_id
            and closings.deal_id = visits.deal_id
            and closings.visit_number >= visits.visit_number

),

daily as (

    select
        source,
        pipeline_id,
        stage_id,
        exited_date,
        count(*) as closed_deals,
        count(*) filter (where exit_kind = 'won') as won_deals
    from stages_of_closings
    group by source, pipeline_id, stage_id, exited_date

)

select
    origins.as_of_date,
    daily.source,
    daily.pipeline_id,
    daily.stage_id,
    sum(daily.closed_deals) as closed_deals,
    sum(daily.won_deals) as won_deals,
    cast(sum(daily.won_deals) as double) / sum(daily.closed_deals) as win_rate
from daily
inner join origins
    on
        origins.as_of_date >= daily.exited_date
        and {{ add_months_to_date("origins.as_of_date", -p.closing_months) }} < daily.exited_date
group by origins.as_of_date, daily.source, daily.pipeline_id, daily.stage_id
