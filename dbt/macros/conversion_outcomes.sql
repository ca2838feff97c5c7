{# What becomes of a deal in a stage, by any of the three rules of conversion. #}
{% macro conversion_outcomes() -%}
    {{ return(["converted", "lost", "other", "open"]) }}
{%- endmacro %}
