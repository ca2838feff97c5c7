{#
    Models about deals are made anew for the deals that changed, and only for them: rows of those are
    deleted (pre_hook) and inserted again (append), in one transaction. Nothing is merged. On an engine
    whose tables refuse deletions they are plain tables, and these macros leave their SQL alone.
#}

{#
    The rows of a relation with source and deal_id that this refresh works on; stands after `from`.
    also: a condition on each_row for further ones.
#}
{% macro rows_to_refresh(relation, deals="int_affected_deals", also="false") -%}
    {#- What is asked for while dbt reads the project becomes an edge of the graph. -#}
    {%- if not execute %}
    {%- do ref(deals) %}
    {#- What is about to be deleted has been looked at. -#}
    {%- if deals != "int_changed_deals" %}{% do ref("int_dates_before_refresh") %}{% endif %}
    {%- endif -%}
    {%- if refreshes_changed_deals_only() -%}
    (
        select * from {{ relation }} as each_row
        where (each_row.source, each_row.deal_id) in (select source, deal_id from {{ ref(deals) }})
        {%- if also != "false" %} or {{ also }}{% endif %}
    ) as rows_to_refresh
    {%- else -%}
    {{ relation }}
    {%- endif -%}
{%- endmacro %}

{# For the pre_hook: the rows of this model that are about to be made anew. #}
{% macro delete_rows_to_refresh(deals="int_affected_deals", also="false") -%}
    {%- if refreshes_changed_deals_only() -%}
    delete from {{ this }} as each_row
    where (each_row.source, each_row.deal_id) in (select source, deal_id from {{ ref(deals) }})
    {%- if also != "false" %} or {{ also }}{% endif %}
    {%- elif this and is_incremental() -%}
    delete from {{ this }}
    {%- endif -%}
{%- endmacro %}

{#
    Whether this refresh works on some deals only. A view between two tables that are made per deal
    works on the same deals as they do, so between refreshes it shows no others.
#}
{% macro refreshes_changed_deals_only() -%}
    {%- if not execute -%}
    {%- do ref("int_refresh_scope") -%}
    {%- elif this and (is_incremental() or is_view_within_a_refresh()) -%}
    {{ return(not scope_is_full()) }}
    {%- elif this and model.config.materialized == "incremental" -%}
    {#- A whole table from steps that know a few deals only would lose all others. -#}
    {%- if load_relation(ref("int_refresh_scope")) is not none and not scope_is_full() -%}
    {%- do exceptions.raise_compiler_error(
        this.identifier ~ " cannot be made anew alone: the steps before it hold the deals of the last"
        ~ " refresh only. Run dbt build --full-refresh without a selection, or with +"
        ~ this.identifier
    ) -%}
    {%- endif -%}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro %}

{% macro scope_is_full() -%}
    {%- set scope = run_query("select is_full from " ~ refresh_scope() ~ " as scope") -%}
    {{ return(scope.rows[0][0]) }}
{%- endmacro %}

{% macro is_view_within_a_refresh() -%}
    {{ return(
        model.config.materialized == "view"
        and not flags.FULL_REFRESH
        and load_relation(ref("int_refresh_scope")) is not none
    ) }}
{%- endmacro %}

{# How such a model is materialized. #}
{% macro made_in_parts() -%}
    {{ return("incremental" if target.type == "duckdb" else "table") }}
{%- endmacro %}

{# All such models. #}
{% macro models_made_per_deal() -%}
    {{ return([
        "int_deal_deletions",
        "int_deals_unioned",
        "int_deal_stage_history_unioned",
        "int_deal_field_history_unioned",
        "int_deal_field_changes",
        "int_deal_attributes",
        "int_deal_stage_changes",
        "fct_stage_visits",
        "fct_stage_transitions",
        "int_deals",
        "fct_deal_history",
        "int_open_deal_changes",
        "int_open_deal_periods",
        "int_deal_pushes",
        "int_stage_entries",
        "int_deal_days",
        "fct_deals",
        "rpt_deal_stage_times",
    ]) }}
{%- endmacro %}
