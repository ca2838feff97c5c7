{#
    The materialization of a model of which only the touched keys are recomputed: incremental (delete
    and insert) on DuckDB. Spark's Parquet tables know no delete, so there the table is built anew, and
    is_incremental() is false. For `config(materialized=recomputed_by_key(), ...)`.
#}
{% macro recomputed_by_key() -%}
    {{ return(adapter.dispatch("recomputed_by_key")()) }}
{%- endmacro %}

{% macro default__recomputed_by_key() -%}
    {{ return("incremental") }}
{%- endmacro %}

{% macro spark__recomputed_by_key() -%}
    {{ return("table") }}
{%- endmacro %}
