{#
    The moment that an ISO 8601 text means, as a naive UTC timestamp; null where the calendar knows no
    such day or hour. Without an offset it is read by the clocks of the business time zone (the
    session's): of an hour that they show twice, the later one; in one that they skip, as if they had
    not yet been put forward.
#}
{% macro iso_instant(text) -%}
    {{ adapter.dispatch("iso_instant")(text) }}
{%- endmacro %}

{# DuckDB wants the seconds and no blank before the offset; ISO 8601 and many exports do not. #}
{% macro default__iso_instant(text) -%}
    {%- set joined = "regexp_replace(" ~ text ~ ", ' (Z|[+-])', '\\1')" -%}
    {%- set complete =
        "regexp_replace(" ~ joined ~ ", '^(.{10}[T ]\\d{2}:\\d{2})(Z|[+-])', '\\1:00\\2')"
    -%}
    timezone('UTC', try_cast({{ complete }} as timestamptz))
{%- endmacro %}

{#
    Spark wants the same, knows no 24:00, and takes the earlier of two hours: where an hour later the
    clocks show the same, it is an hour later.
#}
{% macro spark__iso_instant(text) -%}
    {%- set joined = "regexp_replace(" ~ text ~ ", ' (Z|[+-])', '$1')" -%}
    {%- set complete =
        "regexp_replace(" ~ joined ~ ", '^(.{10}[T ]\\d{2}:\\d{2})(Z|[+-])', '$1:00$2')"
    -%}
    {%- set next_midnight =
        "concat(date_add(try_cast(left(" ~ text ~ ", 10) as date), 1), 'T00', substr(" ~ complete ~ ", 14))"
    -%}
    {%- set in_calendar =
        "case when substr(" ~ text ~ ", 12, 5) = '24:00' then " ~ next_midnight ~ " else " ~ complete ~ " end"
    -%}
    {%- set earlier = utc("try_cast(" ~ in_calendar ~ " as timestamp_ltz)") -%}
    {%- if business_timezone() == "UTC" -%}
    {{ earlier }}
    {%- else -%}
    {%- set later = "(" ~ earlier ~ " + interval 1 hour)" -%}
    case
        when
            (length({{ text }}) = 10 or not regexp_like({{ text }}, '(Z|[+-]\d{2}(:?\d{2})?)$'))
            and {{ business_time(earlier) }} = {{ business_time(later) }}
            then {{ later }}
        else {{ earlier }}
    end
    {%- endif -%}
{%- endmacro %}
