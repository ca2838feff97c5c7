{# A property of a record, of which the struct `fields` has the parts that are read. #}
{% macro hubspot_property(name) -%}
    {{ json_leaf("fields", "properties." ~ name) }}
{%- endmacro %}
