{#
    A word as the seed canonical_stages spells it, so that `Open - Not Contacted`,
    `OPEN_NOT_CONTACTED` and `open not-contacted` are one.
#}
{% macro plain_word(text) -%}
    trim(replace(replace(replace(lower({{ text }}), ' - ', ' '), '_', ' '), '-', ' '))
{%- endmacro %}

{#
    The steps of a lead in order: the one home of the funnel. Statuses that lie beside it (nurturing,
    disqualified) or that the seed does not know have no rank.
#}
{% macro lead_funnel() -%}
    {{ return(["new", "working", "mql", "sql", "converted"]) }}
{%- endmacro %}

{% macro lead_funnel_rank(canonical_status) -%}
    case {{ canonical_status }}
        {%- for step in lead_funnel() %}
        when '{{ step }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}
