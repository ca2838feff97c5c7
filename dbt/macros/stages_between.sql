{# How many of the listed open stages lie between two places among them (see int_stages). #}
{% macro stages_between(from_rank, to_rank) -%}
    (ceil({{ to_rank }}) - floor({{ from_rank }}) - 1)
{%- endmacro %}
