{#
    "Now", fixed once per run. No model asks the clock. A naive timestamp in UTC; the offset that the
    setting carries is +00:00.
#}
{% macro as_of() -%}
    {%- set today = modules.datetime.datetime.now(modules.pytz.utc).strftime("%Y-%m-%d") -%}
    timestamp '{{ env_var("JALUR_AS_OF", today ~ " 23:59:59.999999")[:26] }}'
{%- endmacro %}

{# The business date of now. #}
{% macro as_of_date() -%}
    {{ business_date(as_of()) }}
{%- endmacro %}

{#
    The first business day that was not over at as-of; the days before it are. People write the end of
    a day as 23:59:59, so a day counts as over in its last second.
#}
{% macro first_day_after_as_of() -%}
    {{ business_date("(" ~ as_of() ~ " + interval 1 second)") }}
{%- endmacro %}
