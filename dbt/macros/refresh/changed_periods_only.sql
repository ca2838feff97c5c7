{#
    Models that count by period are made anew for the periods in which something may have changed, and
    only for them: rows of those are deleted (pre_hook) and inserted again, in one transaction.
#}

{#
    Whether a date lies in a period of which this refresh makes rows anew: one with a date of an affected
    deal, where something began that lasts (lasting), or that begins on a date or later (since).
#}
{% macro is_to_refresh(a_date, period, lasting=false, since=none) -%}
    {%- if not execute %}{% do ref("int_affected_dates") %}{% endif -%}
    {%- if refreshes_changed_periods_only() -%}
    (
        {#- The first one as a literal: rows of before are not even read. #}
        (
            {{ a_date }} >= {{ first_day_to_refresh(period, lasting) }}
            and {{ first_of_period(period, a_date) }} in (
                select {{ first_of_period(period, "date_day") }} from {{ ref("int_affected_dates") }}
                {%- if not lasting %}
                where not is_lasting
                {%- endif %}
            )
        )
        {%- if since %}
        or {{ a_date }} >= {{ since }}
        {%- endif %}
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# The first day of the first period of a kind with an affected date; null where there is none. #}
{% macro first_day_to_refresh(period, lasting) -%}
    {%- set first_day = run_query(
        "select " ~ first_of_period(period, "min(date_day)") ~ " from " ~ ref("int_affected_dates")
        ~ " where " ~ lasting ~ " or not is_lasting"
    ).rows[0][0] -%}
    {{ return("date '" ~ first_day ~ "'" if first_day else "cast(null as date)") }}
{%- endmacro %}

{# For the pre_hook: the rows of this model that are about to be made anew; also: further ones. #}
{% macro delete_periods_to_refresh(a_date, period, lasting=false, since=none, also="false") -%}
    {%- if this and is_incremental() -%}
    delete from {{ this }} where {{ is_to_refresh(a_date, period, lasting, since) }} or {{ also }}
    {%- endif -%}
{%- endmacro %}

{# The same for what is estimated by form and period: a window ends at as-of, so it is another one. #}
{% macro is_estimate_to_refresh() -%}
    (form = 'window' or {{ is_to_refresh("period_start_date", "quarter", lasting=true) }})
{%- endmacro %}

{% macro delete_estimates_to_refresh() -%}
    {{ delete_periods_to_refresh(
        "period_start_date", "quarter", lasting=true, also="form = 'window'"
    ) }}
{%- endmacro %}

{% macro refreshes_changed_periods_only() -%}
    {%- if not execute -%}
    {%- do ref("int_refresh_scope") -%}
    {%- elif this and is_incremental() -%}
    {{ return(not scope_is_full()) }}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro %}

{# All such models. #}
{% macro models_made_per_period() -%}
    {{ return([
        "int_stage_daily_entries",
        "int_stage_monthly_arrivals",
        "int_stage_observed_stays",
        "int_stage_risk_sets",
        "int_stage_conversion_curves",
        "int_stage_conversion_horizons",
        "rpt_stage_conversion_curve",
        "int_stage_duration_cells",
        "int_stage_duration_quantiles",
        "int_deal_flows",
        "int_pipeline_daily_changes",
        "int_pipeline_movements",
        "int_pipeline_period_changes",
        "int_deal_cohort_wins",
        "rpt_slippage",
        "int_stage_weekly_ages",
        "int_stage_weekly_rates",
    ]) }}
{%- endmacro %}

{# The business date of the as-of of the last complete refresh. #}
{% macro date_of_last_refresh() -%}
    {%- if execute and refreshes_changed_periods_only() -%}
    {%- set last_date = run_query(
        "select " ~ business_date("scope.changed_after") ~ " from " ~ refresh_scope() ~ " as scope"
    ).rows[0][0] -%}
    date '{{ last_date }}'
    {%- else -%}
    cast(null as date)
    {%- endif -%}
{%- endmacro %}

{#
    Business dates on which anything is counted of the affected deals, in what there is now, or in what
    the last refresh left (before).
#}
{% macro dates_of_affected_deals(before) -%}
    {%- set dates = {
        "fct_deals": ["created_date", "won_date", "closed_date"],
        "fct_stage_visits": ["entered_date", "exited_date"],
        "int_open_deal_periods": ["period_start"],
        "int_deal_days": ["from_date"],
    } -%}
with

deals as (

    select * from {{ ref("int_affected_deals") }}

)
{% for model, columns in dates.items() %}
{%- set outer_loop = loop -%}
{%- set relation = written_later(model) if before else ref(model) -%}
{%- for column in columns %}
select distinct
    {%- if relation %}
    dated.{{ column }} as date_day
from {{ relation }} as dated
inner join deals on dated.source = deals.source and dated.deal_id = deals.deal_id
    {%- else %}
    cast(null as date) as date_day
from deals
where false
    {%- endif %}
{% if not (loop.last and outer_loop.last) %}
union distinct
{% endif %}
{%- endfor %}
{%- endfor %}
{%- endmacro %}
