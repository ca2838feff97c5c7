{#
    The source's own text to a typed value; null where it cannot be read (staging counts those).
    Times are ISO 8601; without an offset they mean the business time zone (the session's).
    Years outside 1900 to 2099 are typing errors, not times.
#}
{% macro read_value(text, type) -%}
    {{ return(context["read_" ~ type](text)) }}
{%- endmacro %}

{% macro is_iso_timestamp(text) -%}
    {%- set pattern -%}
    (19|20)\d{2}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)? ?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?
    {%- endset -%}
    {{ matches(text, pattern) }}
{%- endmacro %}

{% macro is_number(text) -%}
    {%- set pattern -%} [+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)? {%- endset -%}
    {{ matches(text, pattern) }}
{%- endmacro %}

{% macro read_text(text) -%}
    {{ text }}
{%- endmacro %}

{% macro read_email_hash(text) -%}
    {{ address_hash(text) }}
{%- endmacro %}

{# What stands before the last @ is the person; a text without one is no address and has no domain. #}
{% macro read_email_domain(text) -%}
    nullif(regexp_extract({{ plain_address(text) }}, '@([^@]+)$', 1), '')
{%- endmacro %}

{% macro read_currency(text) -%}
    upper({{ text }})
{%- endmacro %}

{% macro read_timestamp(text) -%}
    case when {{ is_iso_timestamp(text) }} then {{ iso_instant(text) }} end
{%- endmacro %}

{% macro read_date(text) -%}
    case
        when {{ is_iso_timestamp(text) }} and length({{ text }}) = 10 then try_cast({{ text }} as date)
        when {{ is_iso_timestamp(text) }} then {{ business_date(read_timestamp(text)) }}
    end
{%- endmacro %}

{% macro read_money(text) -%}
    case when {{ is_number(text) }} then try_cast({{ text }} as decimal(18, 4)) end
{%- endmacro %}

{% macro read_number(text) -%}
    case when {{ is_number(text) }} then try_cast({{ text }} as double) end
{%- endmacro %}

{# A cast alone rounds on one engine and cuts on another. #}
{% macro read_integer(text) -%}
    case
        when {{ is_number(text) }}
            then try_cast(round(try_cast({{ text }} as decimal(38, 4)), 0) as bigint)
    end
{%- endmacro %}

{% macro read_boolean(text) -%}
    case
        when lower({{ text }}) in ('true', 't', 'yes', 'y', '1') then true
        when lower({{ text }}) in ('false', 'f', 'no', 'n', '0') then false
    end
{%- endmacro %}
