{#
    What a refresh must know of those before it. The log is written at both ends: int_refresh_scope when
    a refresh begins, int_completed_refreshes when all that is made in parts has been made, in one
    invocation of dbt. Where the one before is not complete, the next refresh makes everything anew.
#}

{# All models whose rows stay from refresh to refresh, and what tells them which ones not. #}
{% macro steps_of_a_refresh() -%}
    {{ return(
        ["int_refresh_scope", "int_landed_files"] + models_made_per_deal() + models_made_per_period()
    ) }}
{%- endmacro %}

{# How many of them this invocation of dbt makes. #}
{% macro count_selected_steps() -%}
    {%- set selected = [] -%}
    {%- for step in steps_of_a_refresh() if "model." ~ project_name ~ "." ~ step in selected_resources -%}
    {%- do selected.append(step) -%}
    {%- endfor -%}
    {{ return(selected | length) }}
{%- endmacro %}

{% macro is_whole_refresh() -%}
    {{ return(execute and count_selected_steps() == steps_of_a_refresh() | length) }}
{%- endmacro %}

{#
    For on-run-start: whoever makes some of the steps by hand leaves them out of step with the others, so
    that no refresh so far counts as complete.
#}
{% macro forget_refreshes_where_some_steps_are_made_alone() -%}
    {%- if execute and target.type == "duckdb" and count_selected_steps() > 0 -%}
    {%- set completed = adapter.get_relation(
        target.database, "intermediate", "int_completed_refreshes"
    ) -%}
    {%- if completed and not is_whole_refresh() -%}
    delete from {{ completed }}
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# Settings that change what is known of a deal: with others, all deals are made anew. #}
{% macro refresh_settings() -%}
    {%- set names = ["SOURCES", "HISTORY", "TIMEZONE", "CURRENCY", "BUSINESS_DAYS", "BUSINESS_HOURS",
        "DEBOUNCE_MINUTES"] -%}
    {%- set values = [] -%}
    {%- for name in names -%}{%- do values.append(env_var("JALUR_" ~ name, "")) -%}{%- endfor -%}
    {{ values | join(" ") | replace("'", "''") }}
{%- endmacro %}

{# The row of int_refresh_scope that tells of this refresh. #}
{% macro refresh_scope() -%}
    (
        select * from {{ ref("int_refresh_scope") }}
        qualify row_number() over (order by refresh_number desc) = 1
    )
{%- endmacro %}

{# Earlier rows of int_refresh_scope, for itself. #}
{% macro refreshes_begun() -%}
    {%- if is_incremental() -%}
    select refresh_number, as_of, settings from {{ this }}
    {%- else -%}
    select
        cast(null as bigint) as refresh_number,
        {{ as_of() }} as as_of,
        '' as settings
    where false
    {%- endif -%}
{%- endmacro %}

{# Numbers of complete refreshes. Written after all that asks for them, so it is no ref(). #}
{% macro refreshes_completed() -%}
    {%- set relation = written_later("int_completed_refreshes") -%}
    {%- if relation -%}
    select distinct refresh_number from {{ relation }}
    {%- else -%}
    select cast(null as bigint) as refresh_number where false
    {%- endif -%}
{%- endmacro %}

{#
    Texts, dates and whole numbers of a table as the last refresh left it; no rows where there is none. No
    ref() either. A view is read before the tables that it stands on are made anew, if they are there.
#}
{% macro rows_of_last_refresh(identifier, texts, dates=[], numbers=[]) -%}
    {%- set relation = written_later(identifier) -%}
    {%- if relation and not (relation.is_view and some_rows_are_missing()) -%}
    select {{ (texts + dates + numbers) | join(", ") }} from {{ relation }}
    {%- else -%}
    {%- set columns = [] -%}
    {%- for text in texts -%}
    {%- do columns.append("cast(null as " ~ dbt.type_string() ~ ") as " ~ text) -%}
    {%- endfor -%}
    {%- for date in dates %}{%- do columns.append("cast(null as date) as " ~ date) -%}{%- endfor -%}
    {%- for number in numbers -%}
    {%- do columns.append("cast(null as integer) as " ~ number) -%}
    {%- endfor -%}
    select {{ columns | join(", ") }} where false
    {%- endif -%}
{%- endmacro %}

{# Whether a table is gone whose rows stay from refresh to refresh: all are made anew then. #}
{% macro some_rows_are_missing() -%}
    {%- set missing = [] -%}
    {%- for model in models_made_per_deal() if execute and not written_later(model) -%}
    {%- do missing.append(model) -%}
    {%- endfor -%}
    {{ return(missing | length > 0) }}
{%- endmacro %}

{# A table that comes after the model that asks; none on an engine that makes all tables anew. #}
{% macro written_later(identifier) -%}
    {%- if execute and target.type == "duckdb" and not flags.FULL_REFRESH -%}
    {%- set schema = "marts" if identifier[:4] in ["fct_", "rpt_"] else "intermediate" -%}
    {{ return(adapter.get_relation(this.database, schema, identifier)) }}
    {%- endif -%}
{%- endmacro %}
