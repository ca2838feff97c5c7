{#
    The ids that facts use and a dimension's source does not list, and one unknown member per
    source that keys which are null point to, unless the source itself lists one by that id.
#}
{% macro missing_members(used, listed, key) -%}
    select needed.source, needed.{{ key }}
    from (
        select source, {{ key }} from {{ used }}
        {%- for source_name in configured_sources() %}

        union distinct

        select '{{ source_name }}' as source, 'unknown' as {{ key }}
        {%- endfor %}
    ) as needed
    left join {{ listed }}
        on needed.source = {{ listed }}.source and needed.{{ key }} = {{ listed }}.{{ key }}
    where {{ listed }}.{{ key }} is null
{%- endmacro %}
