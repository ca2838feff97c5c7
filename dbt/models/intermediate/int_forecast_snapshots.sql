-- The deals that were open at the end of each origin, as they were then. Where a source records no
-- changes of amounts (or of expected close dates) at all, the past ones are unknown: today's value
-- of a closed deal tells how it ended. Elsewhere a field without a record has never changed.
{%- set p = forecast_parameters() %}
with

states as (

    select * from {{ ref("int_deal_days") }}
    where status = 'open'

),

origins as (

    select distinct as_of_date, is_latest
    from {{ ref("int_forecast_periods") }}

),

rates as (

    select * from {{ ref("int_fx_rates") }}

),

recorded as (

    select
        source,
        bool_or(has_amount_history) as has_amounts,
        bool_or(has_expected_close_date_history) as has_expected_close_dates
    from {{ ref("int_deal_attributes") }}
    group by source

),

snapshots as (

    select
        states.*,
        origins.as_of_date,
        origins.is_latest,
        {{ days_between_dates("states.stage_since_date", "origins.as_of_date") }} as days_in_stage
    from states
    inner join origins
        on
            origins.as_of_date >= states.from_date
            and (states.to_date is null or origins.as_of_date < states.to_date)

),

described as (

    select
        snapshots.as_of_date,
        snapshots.source,
        snapshots.pipeline_id,
        snapshots.deal_id,
        snapshots.stage_id,
        snapshots.amount,
        case
        {%- for lower in p.age_bands | reverse %}
            when snapshots.days_in_stage >= {{ lower }} then {{ lower }}
        {%- endfor %}
        end as age_band,
        case
            when snapshots.is_latest or recorded.has_amounts
                then
                    {{
                        in_reporting_currency(
                            "snapshots.amount", "snapshots.currency", "rates.rate_to_reporting"
                        )
                    }}
        end as amount_reporting,
        case
            when snapshots.is_latest or recorded.has_expected_close_dates
                then snapshots.expected_close_date
        end as expected_close_date
    from snapshots
    inner join recorded on snapshots.source = recorded.source
    left join rates
        on
            snapshots.source = rates.source
            and snapshots.currency = rates.currency
            and snapshots.as_of_date >= rates.valid_from_date
            and snapshots.as_of_date < rates.valid_to_date

)

select
    as_of_date,
    source,
    pipeline_id,
    deal_id,
    stage_id,
    age_band,
    amount_reporting,
    -- There is one, but no rate translates it, or nobody recorded what it was then.
    amount is not null and amount_reporting is null as is_of_unknown_amount,
    expected_close_date
from described
