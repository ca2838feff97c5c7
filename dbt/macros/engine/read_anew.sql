{#
    Stands between `as` and the bracket of a CTE that several others read. DuckDB keeps the rows of such
    a one in memory; where they are all of a company's and cheap to make, reading them anew costs less.
#}
{% macro read_anew() -%}
    {{ return(adapter.dispatch("read_anew")()) }}
{%- endmacro %}

{% macro default__read_anew() -%}
{%- endmacro %}

{% macro duckdb__read_anew() -%}
not materialized
{%- endmacro %}
