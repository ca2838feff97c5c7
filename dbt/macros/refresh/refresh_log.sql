{#
    What a refresh of the models about deals must know of those before it. The log is written at both
    ends: int_refresh_scope when a refresh begins, int_completed_refreshes when all of those models
    have been made. Whatever happens in between, the next refresh starts from the last complete one.
#}

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
    select refresh_number from {{ relation }}
    {%- else -%}
    select cast(null as bigint) as refresh_number where false
    {%- endif -%}
{%- endmacro %}

{# Texts and dates of a table as the last refresh left it; no rows where there is none. No ref() either. #}
{% macro rows_of_last_refresh(identifier, texts, dates=[]) -%}
    {%- set relation = written_later(identifier) -%}
    {%- if relation -%}
    select {{ (texts + dates) | join(", ") }} from {{ relation }}
    {%- else -%}
    {%- set columns = [] -%}
    {%- for text in texts -%}
    {%- do columns.append("cast(null as " ~ dbt.type_string() ~ ") as " ~ text) -%}
    {%- endfor -%}
    {%- for date in dates %}{%- do columns.append("cast(null as date) as " ~ date) -%}{%- endfor -%}
    select {{ columns | join(", ") }} where false
    {%- endif -%}
{%- endmacro %}

{# Whether a table is gone whose rows stay from refresh to refresh: all are made anew then. #}
{% macro some_rows_are_missing() -%}
    {%- set missing = [] -%}
    {%- for model in models_made_in_parts() if execute and not written_later(model) -%}
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
