{# "Now", fixed once per run. No model asks the clock. Naive timestamp in UTC. #}
{% macro as_of() -%}
    timestamp '{{ env_var("JALUR_AS_OF", modules.datetime.datetime.utcnow().strftime("%Y-%m-%d 23:59:59.999999")) }}'
{%- endmacro %}

{# The business date of now. #}
{% macro as_of_date() -%}
    {{ business_date(as_of()) }}
{%- endmacro %}
