{# The day in UTC, which LinkedIn's days are, of a moment in milliseconds since 1970: ISO 8601. #}
{% macro linkedin_ads_day(milliseconds) -%}
    cast(
        {{ add_days("date '1970-01-01'", "floor(try_cast(" ~ milliseconds ~ " as bigint) / 86400000)") }}
        as string
    )
{%- endmacro %}
