{# A number as people read it in a sentence: whole. #}
{% macro rounded_text(number) -%}
    cast(cast(round({{ number }}) as bigint) as {{ dbt.type_string() }})
{%- endmacro %}
