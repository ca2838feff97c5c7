-- Big deals may be won less often than small ones, and a price falls before it is signed: revenue
-- won from open deals against what rates by count had led to expect, over the months that taught
-- the rates. Of the difference only the part that chance does not explain is believed, after James
-- and Stein.
{%- set methods = {"stage": "stage_rate", "stage_age": "stage_age_rate"} %}
with

rates as (

    select * from {{ ref("int_forecast_rates") }}

),

periods as (

    select distinct period, months
    from {{ ref("int_forecast_periods") }}

),

sums as (

    select
        rates.as_of_date,
        rates.period,
        rates.source,
        rates.pipeline_id,
        sum(rates.won_amount) as won_amount,
        -- A win within three months is seen from three origins, which makes it no less of a chance.
        max(periods.months) * sum(rates.won_amount_squared) as won_variance
        {%- for method, rate in methods.items() %},
        nullif(sum(rates.open_amount * rates.{{ rate }}), 0) as expected_by_{{ method }}
        {%- endfor %}
    from rates
    inner join periods on rates.period = periods.period
    group by rates.as_of_date, rates.period, rates.source, rates.pipeline_id

),

differences as (

    select
        *
        {%- for method in methods %},
        won_amount / expected_by_{{ method }} - 1 as {{ method }}_difference,
        won_variance / (expected_by_{{ method }} * expected_by_{{ method }})
            as {{ method }}_variance
        {%- endfor %}
    from sums

)

select
    as_of_date,
    period,
    source,
    pipeline_id
    {%- for method in methods %},
    case
        when {{ method }}_difference * {{ method }}_difference > {{ method }}_variance
            then
                1 + {{ method }}_difference
                - {{ method }}_variance / {{ method }}_difference
        else 1
    end as {{ method }}_factor
    {%- endfor %}
from differences
