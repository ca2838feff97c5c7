{# Calendar months from one date's month to another's: 31 January to 1 February is 1. #}
{% macro months_between_dates(start_date, end_date) -%}
    ((year({{ end_date }}) - year({{ start_date }})) * 12 + month({{ end_date }}) - month({{ start_date }}))
{%- endmacro %}

{# Whole days from one date to another. #}
{% macro days_between_dates(start_date, end_date) -%}
    {{ adapter.dispatch("days_between_dates")(start_date, end_date) }}
{%- endmacro %}

{% macro default__days_between_dates(start_date, end_date) -%}
    date_diff('day', {{ start_date }}, {{ end_date }})
{%- endmacro %}

{% macro spark__days_between_dates(start_date, end_date) -%}
    datediff({{ end_date }}, {{ start_date }})
{%- endmacro %}

{% macro first_of_month(a_date) -%}
    cast(date_trunc('month', {{ a_date }}) as date)
{%- endmacro %}

{% macro first_of_year(a_date) -%}
    cast(date_trunc('year', {{ a_date }}) as date)
{%- endmacro %}

{% macro first_of_quarter(a_date) -%}
    cast(date_trunc('quarter', {{ a_date }}) as date)
{%- endmacro %}

{# The date a number of days later. #}
{% macro add_days(a_date, days) -%}
    {{ adapter.dispatch("add_days")(a_date, days) }}
{%- endmacro %}

{% macro default__add_days(a_date, days) -%}
    cast({{ a_date }} + cast({{ days }} as integer) as date)
{%- endmacro %}

{% macro spark__add_days(a_date, days) -%}
    date_add({{ a_date }}, cast({{ days }} as int))
{%- endmacro %}

{# The first day of the month that lies a number of months after a month's first day. #}
{% macro add_months_to_date(a_date, months) -%}
    {{ adapter.dispatch("add_months_to_date")(a_date, months) }}
{%- endmacro %}

{% macro default__add_months_to_date(a_date, months) -%}
    cast({{ a_date }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months_to_date(a_date, months) -%}
    add_months({{ a_date }}, cast({{ months }} as int))
{%- endmacro %}

{# 1 = Monday to 7 = Sunday; engines disagree on plain day of week. #}
{% macro iso_day_of_week(a_date) -%}
    {{ adapter.dispatch("iso_day_of_week")(a_date) }}
{%- endmacro %}

{% macro default__iso_day_of_week(a_date) -%}
    cast(isodow({{ a_date }}) as integer)
{%- endmacro %}

{% macro spark__iso_day_of_week(a_date) -%}
    cast(extract(dayofweek_iso from {{ a_date }}) as int)
{%- endmacro %}
