{# Elapsed UTC hours between two timestamps, exact to the microsecond, as a double. #}
{% macro elapsed_hours(start_at, end_at) -%}
    {{ adapter.dispatch("elapsed_hours")(start_at, end_at) }}
{%- endmacro %}

{% macro default__elapsed_hours(start_at, end_at) -%}
    date_diff('microsecond', {{ start_at }}, {{ end_at }}) / 3600000000.0::double
{%- endmacro %}

{% macro spark__elapsed_hours(start_at, end_at) -%}
    timestampdiff(microsecond, {{ start_at }}, {{ end_at }}) / cast(3600000000 as double)
{%- endmacro %}
