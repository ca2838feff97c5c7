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
    to_date(from_utc_timestamp({{ timestamp_utc }}, '{{ business_timezone() }}'))
{%- endmacro %}
