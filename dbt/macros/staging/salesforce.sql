{#
    The number in an id of Salesforce, in the order in which records were made: its last nine digits
    to the base of 62 (the three characters after the fifteenth only repeat the case of the others).
#}
{% macro salesforce_id_number(id) -%}
    {%- set digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" -%}
    (
        {%- for place in range(7, 16) %}
        (instr('{{ digits }}', substr({{ id }}, {{ place }}, 1)) - 1) * cast({{ 62 ** (15 - place) }} as bigint)
        {%- if not loop.last %} +{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{# A forecast category as people see it; OpportunityHistory has the names of the API. #}
{% macro salesforce_forecast_name(value) -%}
    case {{ value }}
        when 'Forecast' then 'Commit'
        when 'BestCase' then 'Best Case'
        when 'MostLikely' then 'Most Likely'
        else {{ value }}
    end
{%- endmacro %}

{# When each record of an object was made, as it says itself in whatever version. #}
{% macro salesforce_beginnings(table) -%}
    select
        record_id,
        min({{ json_leaf(json_fields("payload", ["CreatedDate"]), "CreatedDate") }}) as created_at
    from {{ landed("raw_salesforce", table) }}
    group by record_id
{%- endmacro %}
