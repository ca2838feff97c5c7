{# A struct with the named fields of a JSON object, each as text; the payload is parsed once. #}
{% macro json_fields(payload, names) -%}
    {{ adapter.dispatch("json_fields")(payload, names) }}
{%- endmacro %}

{% macro default__json_fields(payload, names) -%}
    {%- set structure = dict() -%}
    {%- for name in names -%}{%- do structure.update({name: "VARCHAR"}) -%}{%- endfor -%}
    json_transform({{ payload }}, '{{ tojson(structure) }}')
{%- endmacro %}

{% macro spark__json_fields(payload, names) -%}
    from_json({{ payload }}, '`{{ names | join("` string, `") }}` string')
{%- endmacro %}
