{# Whether the whole of a text matches a regular expression, one that RE2 and Java read alike. #}
{% macro matches(text, pattern) -%}
    {{ adapter.dispatch("matches")(text, pattern) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# Java's $ would let a line break pass. #}
{% macro spark__matches(text, pattern) -%}
    regexp_like({{ text }}, '\A({{ pattern }})\z')
{%- endmacro %}
