-- sqlfluff:dialect:postgres
{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('period_start', 'day', since=first_unfinished_period()) }}",
) }}
-- Amounts are those that the deals had when the period began, at the rate of the evening before, so
-- that what became of them adds up to what was due.
{% set outcomes = ["won", "lost", "slipped", "still_open", "other"] %}
{% set parts = ["due"] + outcomes + ["pulled_in"] %}
with

deal_periods as (

    select * from {{ ref("int_open_deal_periods") }}
    where
        period_start <= {{ as_of_date() }}
        and {{ is_to_refresh("period_start", "day", since=first_unfinished_period()) }}
        and (was_due or due_entry_reason = 'pulled_in')

),

deals as (

    select * from {{ ref("fct_deals") }}

),

rates as (

    select * from {{ ref("int_fx_rates") }}

),

judged as (

    select
        *,
        {{ add_days("period_start", -1) }} as rate_date,
        case
            when not was_due then 'pulled_in'
            when exit_reason in ('won', 'lost') then exit_reason
            when due_exit_reason = 'pushed_out' then 'slipped'
            when is_open then 'still_open'
            else 'other'
        end as part
    from deal_periods

),

starts as (

    -- Few days and currencies, many deals.
    select distinct
        source,
        currency,
        rate_date
    from judged

),

rates_of_starts as (

    select
        starts.source,
        starts.currency,
        starts.rate_date,
        rates.rate_to_reporting
    from starts
    inner join rates
        on
            starts.source = rates.source
            and starts.currency = rates.currency
            and rates.valid_from_date <= starts.rate_date
            and starts.rate_date < rates.valid_to_date

),

valued as (

    select
        judged.source,
        judged.pipeline_id,
        judged.period_kind,
        judged.period_start,
        judged.part,
        judged.was_due,
        {{
            in_reporting_currency(
                "judged.opening_amount", "judged.currency", "rates_of_starts.rate_to_reporting"
            )
        }} as amount_reporting,
        {% for column in segment_columns().values() -%}
        deals.{{ column }}{{ "," if not loop.last }}
        {% endfor -%}
    from judged
    inner join deals
        on judged.source = deals.source and judged.deal_id = deals.deal_id
    left join rates_of_starts
        on
            judged.source = rates_of_starts.source
            and judged.currency = rates_of_starts.currency
            and judged.rate_date = rates_of_starts.rate_date

),

counted as (

    select
        source,
        pipeline_id,
        {{ grouped_segment_type() }} as segment_type,
        {{ grouped_segment() }} as segment,
        period_kind,
        period_start,
        {% for part in parts -%}
        {% set condition = "was_due" if part == "due" else "part = '" ~ part ~ "'" -%}
        count(*) filter (where {{ condition }}) as {{ part }}_deals,
        -- Null, not less, where a rate is missing.
        case
            when bool_or({{ condition }} and amount_reporting is null) then null
            else coalesce(sum(amount_reporting) filter (where {{ condition }}), 0)
        end as {{ part }}_amount_reporting{{ "," if not loop.last }}
        {% endfor -%}
    from valued
    {{ group_by_segment(["source", "pipeline_id", "period_kind", "period_start"]) }}

),

dated as (

    select
        *,
        case period_kind
            {% for kind in period_kinds() -%}
            when '{{ kind }}' then {{ last_of_period(kind, "period_start") }}
            {% endfor -%}
        end as period_end
    from counted

)

select
    source,
    pipeline_id,
    segment_type,
    segment,
    period_kind,
    period_start,
    period_end,
    {{ add_days("period_end", 1) }} <= {{ first_day_after_as_of() }} as is_complete,
    {% for part in parts -%}
    {{ part }}_deals,
    cast({{ part }}_amount_reporting as decimal(18, 4)) as {{ part }}_amount_reporting,
    {% endfor -%}
    case
        when {{ add_days("period_end", 1) }} <= {{ first_day_after_as_of() }}
            then cast(slipped_deals as double) / nullif(due_deals, 0)
    end as slippage_rate,
    case
        when {{ add_days("period_end", 1) }} <= {{ first_day_after_as_of() }}
            then
                cast(slipped_amount_reporting as double)
                / nullif(cast(due_amount_reporting as double), 0)
    end as slippage_rate_amount
from dated
