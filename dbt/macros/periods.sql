{# The kinds of period that reports come in. #}
{% macro period_kinds() -%}
    {{ return(["week", "month", "quarter"]) }}
{%- endmacro %}

{# First day of the period of a kind that a date lies in; weeks begin on Monday. #}
{% macro first_of_period(kind, a_date) -%}
    cast(date_trunc('{{ kind }}', {{ a_date }}) as date)
{%- endmacro %}

{# Last day of the period of a kind that begins on a day. #}
{% macro last_of_period(kind, first_date) -%}
    {%- if kind == "week" -%}
    {{ add_days(first_date, 6) }}
    {%- else -%}
    {{ add_days(add_months_to_date(first_date, {"month": 1, "quarter": 3}[kind]), -1) }}
    {%- endif -%}
{%- endmacro %}

{# No period that begins before was unfinished when the last refresh was made. #}
{% macro first_unfinished_period() -%}
    {{ add_days(first_of_period("quarter", date_of_last_refresh()), -6) }}
{%- endmacro %}
