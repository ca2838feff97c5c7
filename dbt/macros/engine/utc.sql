{# A timestamp with time zone as the naive UTC timestamp that every model works with. #}
{% macro utc(instant) -%}
    {{ adapter.dispatch("utc")(instant) }}
{%- endmacro %}

{% macro default__utc(instant) -%}
    timezone('UTC', {{ instant }})
{%- endmacro %}

{% macro spark__utc(instant) -%}
    to_utc_timestamp({{ instant }}, current_timezone())
{%- endmacro %}
