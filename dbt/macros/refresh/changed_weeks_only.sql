{#
    Counts of stays by week are made anew, on the terms of changed_periods_only.sql, for the weeks in which
    a stay counts otherwise than it did (int_affected_weeks). Those models go by the dates of a deal, and
    between its first and its last lie many weeks in which nothing changed.
#}

{# Whether this refresh makes rows of a week anew. #}
{% macro is_week_to_refresh(week_number) -%}
    {%- if not execute %}{% do ref("int_affected_weeks") %}{% endif -%}
    {%- if refreshes_changed_periods_only() -%}
    {{ week_number }} in (select week_number from {{ ref("int_affected_weeks") }})
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# The first such week, as a literal; null where all are made anew. #}
{% macro first_week_to_refresh() -%}
    {%- if not execute %}{% do ref("int_affected_weeks") %}{% endif -%}
    {%- if refreshes_changed_periods_only() -%}
    {%- set first_week = run_query(
        "select coalesce(min(week_number), " ~ last_finished_week() ~ " + 1) from "
        ~ ref("int_affected_weeks")
    ).rows[0][0] -%}
    {{ first_week }}
    {%- else -%}
    cast(null as integer)
    {%- endif -%}
{%- endmacro %}

{# For the pre_hook: the rows of this model that are about to be made anew. #}
{% macro delete_weeks_to_refresh() -%}
    {%- if this and is_incremental() -%}
    delete from {{ this }} where {{ is_week_to_refresh("week_number") }}
    {%- endif -%}
{%- endmacro %}

{# The same where a week knows those before it. #}
{% macro delete_weeks_since_first_to_refresh() -%}
    {%- if this and is_incremental() -%}
    delete from {{ this }} where coalesce(week_number >= {{ first_week_to_refresh() }}, true)
    {%- endif -%}
{%- endmacro %}
