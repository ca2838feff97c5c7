{# An amount in the reporting currency; null without a rate, except for nothing, which needs none. #}
{% macro in_reporting_currency(amount, currency, rate) -%}
    cast(
        case
            when {{ currency }} = '{{ reporting_currency() }}' or {{ amount }} = 0 then {{ amount }}
            else {{ times_rate(amount, rate) }}
        end as decimal(18, 4)
    )
{%- endmacro %}
