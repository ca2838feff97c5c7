{# Schemas carry their own name (marts, not main_marts), which is what BI tools ask for. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
