{# A timestamp with time zone as the naive UTC timestamp that every model works with. #}
{% macro utc(instant) -%}
    {{ adapter.dispatch("utc")(instant) }}
{%- endmacro %}

{% macro default__utc(instant) -%}
    timezone('UTC', {{ instant }})
{%- endmacro %}

{# By way of the epoch: by way of the session's clocks, the hour that they show twice would be lost. #}
{% macro spark__utc(instant) -%}
    timestampadd(microsecond, unix_micros({{ instant }}), timestamp_ntz '1970-01-01')
{%- endmacro %}
