{#
    The source's own text to a typed value; null where it cannot be read (staging counts those).
    Times are ISO 8601; without an offset they mean the business time zone (the session's).
    Years outside 1900 to 2099 are typing errors, not times.
#}
{% macro read_value(text, type) -%}
    {{ return(context["read_" ~ type](text)) }}
{%- endmacro %}

{% macro is_iso_timestamp(text) -%}
    regexp_matches(
        {{ text }},
        '^(19|20)\d{2}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)? ?(Z|[+-]\d{2}(:?\d{2})?)?)?$'
    )
{%- endmacro %}

{% macro is_number(text) -%}
    regexp_matches({{ text }}, '^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$')
{%- endmacro %}

{% macro read_text(text) -%}
    {{ text }}
{%- endmacro %}

{% macro read_currency(text) -%}
    upper({{ text }})
{%- endmacro %}

{% macro read_timestamp(text) -%}
    {{ adapter.dispatch("read_timestamp")(text) }}
{%- endmacro %}

{% macro default__read_timestamp(text) -%}
    {#- DuckDB wants the seconds and no blank before the offset; ISO 8601 and many exports do not. -#}
    {%- set joined = "regexp_replace(" ~ text ~ ", ' (Z|[+-])', '\\1')" -%}
    {%- set complete =
        "regexp_replace(" ~ joined ~ ", '^(.{10}[T ]\\d{2}:\\d{2})(Z|[+-])', '\\1:00\\2')"
    -%}
    case
        when {{ is_iso_timestamp(text) }}
            then timezone('UTC', try_cast({{ complete }} as timestamptz))
    end
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

{% macro read_integer(text) -%}
    case when {{ is_number(text) }} then try_cast(try_cast({{ text }} as decimal(38, 4)) as bigint) end
{%- endmacro %}

{% macro read_boolean(text) -%}
    case
        when lower({{ text }}) in ('true', 't', 'yes', 'y', '1') then true
        when lower({{ text }}) in ('false', 'f', 'no', 'n', '0') then false
    end
{%- endmacro %}
