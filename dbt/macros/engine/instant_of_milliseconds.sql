{# The naive UTC timestamp that a text with milliseconds since 1970 means; null where it is none. #}
{% macro instant_of_milliseconds(text) -%}
    {{ adapter.dispatch("instant_of_milliseconds")(text) }}
{%- endmacro %}

{% macro default__instant_of_milliseconds(text) -%}
    make_timestamp(try_cast({{ text }} as bigint) * 1000)
{%- endmacro %}

{% macro spark__instant_of_milliseconds(text) -%}
    timestampadd(microsecond, try_cast({{ text }} as bigint) * 1000, timestamp_ntz '1970-01-01')
{%- endmacro %}
