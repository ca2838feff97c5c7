{#
    The first steps of staging for Tryton, whose dates are objects: CTEs up to `texts`, which has
    texts from the `paths` of every landed record of a table, and ISO 8601 texts of the `dates`.
#}
{% macro tryton_texts(table, paths, dates={}) -%}
{%- set leaves = paths.values() | list -%}
{%- for path in dates.values() -%}{%- do leaves.extend(tryton_date_parts(path)) -%}{%- endfor -%}
landed as (

    {{ landings_to_stage("tryton", table) }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_structure("payload", dict.fromkeys(leaves, "text")) }} as fields
    from landed

),

texts as (

    select
        {{ version_columns(staged=true) }}
        {%- for name, path in paths.items() %},
        nullif({{ json_leaf("fields", path) }}, '') as {{ name }}
        {%- endfor %}
        {%- for name, path in dates.items() %}
        {%- set year, month, day = tryton_date_parts(path) %},
        {{ json_leaf("fields", year) }}
        || '-' || lpad({{ json_leaf("fields", month) }}, 2, '0')
        || '-' || lpad({{ json_leaf("fields", day) }}, 2, '0') as {{ name }}
        {%- endfor %}
    from parsed

)
{%- endmacro %}

{% macro tryton_date_parts(path) -%}
    {{ return([path ~ ".year", path ~ ".month", path ~ ".day"]) }}
{%- endmacro %}
