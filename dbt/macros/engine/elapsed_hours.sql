{# Elapsed UTC hours between two timestamps, exact to the microsecond, as a double. #}
{% macro elapsed_hours(start_at, end_at) -%}
    {{ adapter.dispatch("elapsed_hours")(start_at, end_at) }}
{%- endmacro %}

{% macro default__elapsed_hours(start_at, end_at) -%}
    date_diff('microsecond', {{ start_at }}, {{ end_at }}) / 3600000000.0::double
{%- endmacro %}

{#
    Spark's own timestampdiff reads naive timestamps by the session's clocks, and moves those that fall
    into the hour that the clocks skip.
#}
{% macro spark__elapsed_hours(start_at, end_at) -%}
    cast(cast(cast({{ end_at }} - {{ start_at }} as interval second) as decimal(20, 6)) as double) / 3600
{%- endmacro %}
