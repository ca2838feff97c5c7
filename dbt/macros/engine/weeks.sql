{#
    Days and weeks by number: since Monday 5 January 1970. Numbers, unlike dates, can bound the frame of
    a window on every engine, and are cheap to count with.
#}
{% macro day_number(a_date) -%}
    cast({{ days_between_dates("date '1970-01-05'", a_date) }} as integer)
{%- endmacro %}

{% macro week_number(a_date) -%}
    cast(floor({{ day_number(a_date) }} / 7.0) as integer)
{%- endmacro %}

{# The Monday on which a week begins. #}
{% macro first_of_week(week_number) -%}
    {{ add_days("date '1970-01-05'", "7 * (" ~ week_number ~ ")") }}
{%- endmacro %}

{# The Sunday on which a week ends. #}
{% macro last_of_week(week_number) -%}
    {{ add_days("date '1970-01-11'", "7 * (" ~ week_number ~ ")") }}
{%- endmacro %}

{# The last week that was over at as-of. #}
{% macro last_finished_week() -%}
    ({{ week_number(first_day_after_as_of()) }} - 1)
{%- endmacro %}

{# In a select list: one row per whole number from the first to the last, which must not be less. #}
{% macro each_number(first, last) -%}
    {{ adapter.dispatch("each_number")(first, last) }}
{%- endmacro %}

{% macro default__each_number(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}

{% macro spark__each_number(first, last) -%}
    explode(sequence({{ first }}, {{ last }}))
{%- endmacro %}
