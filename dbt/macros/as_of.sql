{# "Now", fixed once per run. No model asks the clock. Naive timestamp in UTC. #}
{% macro as_of() -%}
    timestamp '{{ env_var("JALUR_AS_OF", modules.datetime.datetime.utcnow().strftime("%Y-%m-%d 23:59:59.999999")) }}'
{%- endmacro %}

{# The business date of now. #}
{% macro as_of_date() -%}
    {{ business_date(as_of()) }}
{%- endmacro %}

{# The first business day that had not begun, or was not over, at as-of: days before it are over. #}
{% macro first_day_after_as_of() -%}
    {{ business_date("(" ~ as_of() ~ " + interval 1 microsecond)") }}
{%- endmacro %}
