{# The sources that are switched on; everything vendor-specific ends where this is looped over. #}
{% macro configured_sources() -%}
    {{ return(env_var("JALUR_SOURCES", "demo").split(",")) }}
{%- endmacro %}

{# Columns of an entity that are fields of the company's own, and where in a record these lie. #}
{% macro own_fields(source_name, entity) -%}
    {%- set found = {} -%}
    {%- set folder = "properties." if source_name == "hubspot" else "" -%}
    {%- for part in env_var("JALUR_" ~ source_name | upper ~ "_FIELDS", "").split(",") -%}
        {%- set column, _, field = part.partition("=") -%}
        {%- if column.strip().startswith(entity ~ ".") -%}
            {%- do found.update({column.strip().partition(".")[2]: folder ~ field.strip()}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro business_timezone() -%}
    {{ return(env_var("JALUR_TIMEZONE", "UTC")) }}
{%- endmacro %}

{% macro reporting_currency() -%}
    {{ return(env_var("JALUR_CURRENCY", "USD")) }}
{%- endmacro %}

{# The month in which the fiscal year begins, 1 to 12. #}
{% macro fiscal_year_start() -%}
    {{ return(env_var("JALUR_FISCAL_YEAR_START", "1") | int) }}
{%- endmacro %}

{# Business days, 1 = Monday to 7 = Sunday. #}
{% macro business_days() -%}
    {{ return(env_var("JALUR_BUSINESS_DAYS", "1,2,3,4,5").split(",") | map("int") | list) }}
{%- endmacro %}

{# Opening and closing time of a business day, in hours after midnight. #}
{% macro business_day_hours() -%}
    {{ return(env_var("JALUR_BUSINESS_HOURS", "9.0-17.0").split("-") | map("float") | list) }}
{%- endmacro %}

{# Stays in a stage shorter than this are slips of the hand, and no stays; 0: all are stays. #}
{% macro debounce_minutes() -%}
    {{ return(env_var("JALUR_DEBOUNCE_MINUTES", "0") | int) }}
{%- endmacro %}

{# The last days whose exits tell how a stage converts now. #}
{% macro conversion_window_days() -%}
    {{ return(env_var("JALUR_CONVERSION_WINDOW_DAYS", "90") | int) }}
{%- endmacro %}

{# Whether versions that arrived after as-of are ignored too (JALUR_HISTORY=landed). #}
{% macro only_landed_by_as_of() -%}
    {{ return(env_var("JALUR_HISTORY", "effective") == "landed") }}
{%- endmacro %}

{% macro current_run_id() -%}
    {{ return(env_var("JALUR_RUN_ID", "manual")) }}
{%- endmacro %}
