{# Millionths of a currency's unit, as Google counts money, as a text in units. #}
{% macro google_ads_money(micros) -%}
    cast(try_cast({{ micros }} as decimal(18, 0)) * cast(0.000001 as decimal(7, 6)) as string)
{%- endmacro %}
