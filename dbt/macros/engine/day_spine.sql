{# One row per day, both ends included; start and end are scalar date expressions or subqueries. Column: date_day. #}
{% macro day_spine(start_date, end_date) -%}
    {{ adapter.dispatch("day_spine")(start_date, end_date) }}
{%- endmacro %}

{% macro default__day_spine(start_date, end_date) -%}
    select cast(spine.date_day as date) as date_day
    from (
        select unnest(generate_series({{ start_date }}, {{ end_date }}, interval 1 day)) as date_day
    ) as spine
{%- endmacro %}

{% macro spark__day_spine(start_date, end_date) -%}
    select explode(sequence({{ start_date }}, {{ end_date }}, interval 1 day)) as date_day
{%- endmacro %}
