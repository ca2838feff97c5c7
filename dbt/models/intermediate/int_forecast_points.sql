-- The forecast of each method at each origin: the open deals' expected revenue, plus the same term
-- for deals not created yet. Null where history is too short for it.
{%- set p = forecast_parameters() %}
{%- set landmark_methods = {"stage_landmark": "stage_rate", "stage_age": "stage_age_rate"} %}
with

terms as (

    select * from {{ ref("int_forecast_terms") }}

),

probabilities as (

    select * from {{ ref("int_forecast_probabilities") }}

),

expected as (

    -- A deal without an amount that is known counts with the mean size of a won one.
    select
        terms.as_of_date,
        terms.period,
        terms.source,
        terms.pipeline_id,
        sum(probabilities.open_deals) as open_deals,
        sum(probabilities.open_deals_of_unknown_amount) as open_deals_of_unknown_amount,
        sum(cast(probabilities.open_amount as double)) as open_amount,
        sum(probabilities.dated_deals) as dated_deals,
        sum(
            probabilities.win_rate * (
                cast(probabilities.due_amount as double)
                + probabilities.due_deals_without_amount * coalesce(terms.mean_won_amount, 0)
            )
        ) as stage_weighted
        {%- for method, rate in landmark_methods.items() %},
        sum(
            probabilities.{{ rate }} * (
                cast(probabilities.open_amount as double)
                + probabilities.open_deals_without_amount * coalesce(terms.mean_won_amount, 0)
            )
        ) as {{ method }}
        {%- endfor %}
    from terms
    inner join probabilities
        on
            terms.as_of_date = probabilities.as_of_date
            and terms.period = probabilities.period
            and terms.source = probabilities.source
            and terms.pipeline_id = probabilities.pipeline_id
    group by terms.as_of_date, terms.period, terms.source, terms.pipeline_id

),

described as (

    select
        terms.*,
        coalesce(expected.open_deals, 0) as open_deals,
        coalesce(expected.open_deals_of_unknown_amount, 0) as open_deals_of_unknown_amount,
        case
            when coalesce(expected.open_deals_of_unknown_amount, 0) = 0
                then coalesce(expected.open_amount, 0)
        end as open_amount,
        coalesce(expected.stage_weighted, 0) as stage_weighted,
        coalesce(expected.stage_landmark, 0) as stage_landmark,
        coalesce(expected.stage_age, 0) as stage_age,
        coalesce(expected.dated_deals >= {{ p.dated_share }} * expected.open_deals, true)
            as has_expected_close_dates,
        -- A win stands in as many periods as these have months.
        terms.earlier_months >= {{ p.minimum_months }}
        and terms.earlier_wins >= {{ p.minimum_wins }} * terms.months as has_history
    from terms
    left join expected
        on
            terms.as_of_date = expected.as_of_date
            and terms.period = expected.period
            and terms.source = expected.source
            and terms.pipeline_id = expected.pipeline_id

)

{% for method, open_deals_term, condition in [
    ("last_month", "0", "true"),
    ("stage_weighted", "stage_weighted", "has_expected_close_dates"),
    ("stage_landmark", "stage_landmark", "true"),
    ("stage_age", "stage_age", "true"),
] %}
select
    as_of_date,
    is_latest,
    period,
    period_start_date,
    period_end_date,
    source,
    pipeline_id,
    '{{ method }}' as method,
    {{ loop.index }} as method_order,
    actual,
    won_deals_without_rate,
    open_deals,
    open_deals_of_unknown_amount,
    open_amount,
    earlier_months,
    earlier_wins,
    {%- if method == "last_month" %}
    cast(null as double) as new_deal_amount,
    case when has_history then last_actual end as forecast
    {%- else %}
    case when has_history and {{ condition }} then new_deal_amount end as new_deal_amount,
    case when has_history and {{ condition }} then {{ open_deals_term }} + new_deal_amount end
        as forecast
    {%- endif %}
from described
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
