{#
    Several percentiles of a column in one pass over its values, as a list in the order of the shares.
    continuous: between two values in proportion; discrete: a value itself.
#}
{% macro percentiles_continuous(column, shares) -%}
    {{ adapter.dispatch("percentiles_continuous")(column, shares) }}
{%- endmacro %}

{% macro default__percentiles_continuous(column, shares) -%}
    quantile_cont({{ column }}, [{{ shares | join(", ") }}])
{%- endmacro %}

{% macro spark__percentiles_continuous(column, shares) -%}
    percentile({{ column }}, array({{ shares | join(", ") }}))
{%- endmacro %}

{% macro percentiles_discrete(column, shares) -%}
    {{ adapter.dispatch("percentiles_discrete")(column, shares) }}
{%- endmacro %}

{% macro default__percentiles_discrete(column, shares) -%}
    quantile_disc({{ column }}, [{{ shares | join(", ") }}])
{%- endmacro %}

{% macro spark__percentiles_discrete(column, shares) -%}
    array(
        {%- for share in shares %}
        percentile_disc({{ share }}) within group (order by {{ column }}){{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The element of a list at a place, 1 being the first. #}
{% macro list_element(list, place) -%}
    {{ adapter.dispatch("list_element")(list, place) }}
{%- endmacro %}

{% macro default__list_element(list, place) -%}
    list_extract({{ list }}, {{ place }})
{%- endmacro %}

{% macro spark__list_element(list, place) -%}
    element_at({{ list }}, {{ place }})
{%- endmacro %}
