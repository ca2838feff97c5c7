-- What metrics are made of, for each day on which a segment is known. Flows are counted on their
-- own day and over the days that rates look back; the open pipeline is that of the day's end.
{% set series = ["source", "pipeline_id", "segment_type", "segment"] -%}
{% set flows = [
    "created_deals", "created_amount", "created_without_rate", "won_deals", "won_amount",
    "won_without_rate", "won_deals_with_amount", "won_cycle_days", "won_deals_with_cycle",
    "lost_deals", "closed_deals", "closed_amount", "closed_without_rate",
] -%}
{% set looked_back = [
    "won_deals", "won_without_rate", "won_deals_with_amount", "won_cycle_days",
    "won_deals_with_cycle", "lost_deals", "closed_deals", "closed_without_rate",
] -%}
{# Amounts that are looked back on, with the count of those that no rate translates. -#}
{% set amounts = {"won_amount": "won_without_rate", "closed_amount": "closed_without_rate"} -%}
with

flows as (

    select * from {{ ref("int_deal_flows") }}

),

rates as (

    select * from {{ ref("int_fx_rates") }}

),

days as (

    select date_day from {{ ref("dim_dates") }}
    where date_day <= {{ as_of_date() }}

),

beginnings as (

    select
        {{ series | join(", ") }},
        currency,
        min(flow_date) as first_date
    from flows
    group by {{ series | join(", ") }}, currency

),

by_currency as (

    select
        {% for column in series -%}
        beginnings.{{ column }},
        {% endfor -%}
        beginnings.currency,
        days.date_day,
        {% for flow in flows -%}
        flows.{{ flow }},
        {% endfor -%}
        sum(coalesce(flows.open_deals_change, 0)) over so_far as open_deals,
        sum(coalesce(flows.open_amount_change, 0)) over so_far as open_amount
    from beginnings
    inner join days on beginnings.first_date <= days.date_day
    left join flows
        on
            {% for column in series -%}
            beginnings.{{ column }} = flows.{{ column }}
            and {% endfor -%}
            beginnings.currency = flows.currency
            and days.date_day = flows.flow_date
    window
        so_far as (
            partition by
                {% for column in series -%}
                beginnings.{{ column }},
                {% endfor -%}
                beginnings.currency
            order by days.date_day
        )

),

valued as (

    select
        by_currency.*,
        {{ in_reporting_currency(
            "by_currency.open_amount", "by_currency.currency", "rates.rate_to_reporting"
        ) }} as open_amount_reporting
    from by_currency
    left join rates
        on
            by_currency.source = rates.source
            and by_currency.currency = rates.currency
            and by_currency.date_day >= rates.valid_from_date
            and by_currency.date_day < rates.valid_to_date

),

daily as (

    select
        {{ series | join(", ") }},
        date_day,
        {% for flow in flows -%}
        coalesce(sum({{ flow }}), 0) as {{ flow }},
        {% endfor -%}
        sum(open_deals) as open_deals,
        -- A sum that lacks a part is no sum.
        case when count(*) = count(open_amount_reporting) then sum(open_amount_reporting) end
            as open_amount_reporting
    from valued
    group by {{ series | join(", ") }}, date_day

),

looked_back as (

    select
        *,
        {% for flow in looked_back -%}
        sum({{ flow }}) over lookback as trailing_{{ flow }},
        {% endfor -%}
        {% for amount, without_rate in amounts.items() -%}
        case when sum({{ without_rate }}) over lookback = 0 then sum({{ amount }}) over lookback end
            as trailing_{{ amount }}{{ "," if not loop.last }}
        {% endfor %}
    from daily
    -- Each day has its row, so rows are days.
    window
        lookback as (
            partition by {{ series | join(", ") }}
            order by date_day
            rows between {{ trailing_days() - 1 }} preceding and current row
        )

),

averaged as (

    select
        *,
        {{ ratio("trailing_won_deals", "trailing_closed_deals") }} as win_rate,
        {{ ratio("trailing_won_amount", "trailing_won_deals_with_amount") }} as average_won_amount,
        {{ ratio("trailing_won_cycle_days", "trailing_won_deals_with_cycle") }} as cycle_days
    from looked_back

)

select
    {{ series | join(", ") }},
    date_day,
    cast(created_deals as bigint) as created_deals,
    case when created_without_rate = 0 then cast(created_amount as decimal(18, 4)) end
        as created_amount,
    cast(won_deals as bigint) as won_deals,
    case when won_without_rate = 0 then cast(won_amount as decimal(18, 4)) end as won_amount,
    cast(lost_deals as bigint) as lost_deals,
    {% for flow in looked_back -%}
    cast(trailing_{{ flow }} as bigint) as trailing_{{ flow }},
    {% endfor -%}
    {% for amount in amounts -%}
    cast(trailing_{{ amount }} as decimal(18, 4)) as trailing_{{ amount }},
    {% endfor -%}
    cast(open_deals as bigint) as open_deals,
    cast(open_amount_reporting as decimal(18, 4)) as open_amount_reporting,
    win_rate,
    average_won_amount,
    cycle_days,
    -- What the open deals are worth if they end as those closed lately did.
    open_deals * win_rate * average_won_amount as expected_open_amount
from averaged
