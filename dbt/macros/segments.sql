{#
    The kinds of segment that a deal belongs to, each by the column of fct_deals that tells which:
    their one home. `all` comes beside them.
#}
{% macro segment_columns() -%}
    {{ return({
        "team": "team",
        "rep": "rep_id",
        "lead_source": "lead_source",
        "size_band": "size_band",
        "region": "region",
        "deal_type": "deal_type",
    }) }}
{%- endmacro %}

{# All kinds of segment, each by the expression that tells which. #}
{% macro all_segments() -%}
    {%- set segments = {"all": "'all'"} -%}
    {%- do segments.update(segment_columns()) -%}
    {{ return(segments) }}
{%- endmacro %}

{# Rows with the columns of fct_deals, counted once per kind of segment: one pass over the rows. #}
{% macro group_by_segment(keys) -%}
    group by grouping sets (
        ({{ keys | join(", ") }})
        {%- for column in segment_columns().values() %},
        ({{ keys | join(", ") }}, {{ column }})
        {%- endfor %}
    )
{%- endmacro %}

{% macro grouped_segment_type() -%}
    case
        {%- for type, column in segment_columns().items() %}
        when grouping({{ column }}) = 0 then '{{ type }}'
        {%- endfor %}
        else 'all'
    end
{%- endmacro %}

{% macro grouped_segment() -%}
    case
        {%- for column in segment_columns().values() %}
        when grouping({{ column }}) = 0 then {{ column }}
        {%- endfor %}
        else 'all'
    end
{%- endmacro %}

{# What people call a segment: columns segment_type and segment of a relation, a rep by name. #}
{% macro segment_name(relation, reps) -%}
    case {{ relation }}.segment_type
        when 'team' then 'Team ' || {{ relation }}.segment
        when 'rep' then coalesce({{ reps }}.rep_name, {{ relation }}.segment)
        when 'region' then 'Region ' || {{ relation }}.segment
        when 'lead_source' then 'Lead source ' || {{ relation }}.segment
        when 'size_band' then 'Accounts with ' || {{ relation }}.segment || ' employees'
        when 'deal_type' then 'Deal type ' || {{ relation }}.segment
    end
{%- endmacro %}
