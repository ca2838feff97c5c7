{# Null of the type that staging reads a column as. #}
{% macro typed_null(type) -%}
    {%- set names = {
        "text": "string", "currency": "string", "email_hash": "string", "email_domain": "string",
        "integer": "bigint", "money": "decimal(18, 4)", "number": "double", "boolean": "boolean",
        "date": "date",
    } -%}
    cast(null as {{ names[type] if type in names else naive_timestamp_type() }})
{%- endmacro %}

{# The timestamp without a time zone that every model works with. #}
{% macro naive_timestamp_type() -%}
    {{ adapter.dispatch("naive_timestamp_type")() }}
{%- endmacro %}

{% macro default__naive_timestamp_type() -%}
    timestamp
{%- endmacro %}

{% macro spark__naive_timestamp_type() -%}
    timestamp_ntz
{%- endmacro %}
