{#
    The ids that facts use and a dimension's source does not list, and one unknown member per
    source that keys which are null point to.
#}
{% macro missing_members(used, listed, key) -%}
    select {{ used }}.source, {{ used }}.{{ key }}
    from {{ used }}
    left join {{ listed }}
        on {{ used }}.source = {{ listed }}.source and {{ used }}.{{ key }} = {{ listed }}.{{ key }}
    where {{ listed }}.{{ key }} is null and {{ used }}.{{ key }} != 'unknown'
    {%- for source_name in configured_sources() %}

    union all

    select '{{ source_name }}' as source, 'unknown' as {{ key }}
    {%- endfor %}
{%- endmacro %}
