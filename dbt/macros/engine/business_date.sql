{# The business date of a naive UTC timestamp. #}
{% macro business_date(timestamp_utc) -%}
    {{ adapter.dispatch("business_date")(timestamp_utc) }}
{%- endmacro %}

{% macro default__business_date(timestamp_utc) -%}
    {%- if business_timezone() == "UTC" -%}
    cast({{ timestamp_utc }} as date)
    {%- else -%}
    cast(timezone('{{ business_timezone() }}', timezone('UTC', {{ timestamp_utc }})) as date)
    {%- endif -%}
{%- endmacro %}

{% macro spark__business_date(timestamp_utc) -%}
    cast({{ business_time(timestamp_utc) }} as date)
{%- endmacro %}

{# What the clocks of the business time zone show at a naive UTC timestamp. #}
{% macro business_time(timestamp_utc) -%}
    {{ adapter.dispatch("business_time")(timestamp_utc) }}
{%- endmacro %}

{% macro default__business_time(timestamp_utc) -%}
    {%- if business_timezone() == "UTC" -%}
    {{ timestamp_utc }}
    {%- else -%}
    timezone('{{ business_timezone() }}', timezone('UTC', {{ timestamp_utc }}))
    {%- endif -%}
{%- endmacro %}

{% macro spark__business_time(timestamp_utc) -%}
    {%- if business_timezone() == "UTC" -%}
    {{ timestamp_utc }}
    {%- else -%}
    convert_timezone('UTC', '{{ business_timezone() }}', {{ timestamp_utc }})
    {%- endif -%}
{%- endmacro %}
