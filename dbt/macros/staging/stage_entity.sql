{#
    Staging of one entity: every landed version, typed once. Landed files not read yet are found by
    their names, never by a maximum of a time. A source that lands the shape of the `files` contract
    needs no more; another says in which table it lands the entity and where in a record each column
    lies (`paths`), unless its company says otherwise (`own_fields`). `unreadable_fields` names the
    optional values that had a text and could not be read.
#}
{% macro stage_entity(source_name, entity, table=none, paths=none) -%}
{%- if paths is not none -%}{%- do paths.update(own_fields(source_name, entity)) -%}{%- endif -%}
{%- set columns = entity_columns(entity) -%}
with

landed as (

    {{ landings_to_stage(source_name, table or entity) }}

),

parsed as (

    select
        {{ version_columns() }},
        {% if paths is none -%}
        {{ json_fields("payload", columns.keys() | list) }} as fields
        {%- else -%}
        {{ json_structure("payload", dict.fromkeys(paths.values(), "text")) }} as fields
        {%- endif %}
    from landed

),

{% if paths is none -%}
{{ typed_versions(entity, columns.keys() | list, "parsed", "fields.") }}
{%- else -%}
located as (

    select
        {{ version_columns(staged=true) }},
        {%- for name, path in paths.items() %}
        nullif({{ json_leaf("fields", path) }}, '') as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from parsed

),

{{ typed_versions(entity, paths.keys() | list, "located") }}
{%- endif %}
{%- endmacro %}

{# The landed rows of a table that this model has not read yet. #}
{% macro landings_to_stage(source_name, table) -%}
    select * from {{ landed("raw_" ~ source_name, table) }}
    {%- if is_incremental() %}
    where landed_file not in (select distinct loaded.landed_file from {{ this }} as loaded)
    {%- endif %}
{%- endmacro %}

{# What identifies a version, as it was landed, or as it is `staged`. #}
{% macro version_columns(staged=false) -%}
    record_id,
    {%- if staged %}
    source_updated_at,
    extracted_at,
    load_seq,
    is_deleted_in_source,
    {%- else %}
    {{ utc("source_updated_at") }} as source_updated_at,
    {{ utc("extracted_at") }} as extracted_at,
    load_seq,
    is_deleted as is_deleted_in_source,
    {%- endif %}
    run_id,
    landed_file
{%- endmacro %}

{#
    One row per item of a list in every landed version (rows of the CTE `landed`), with its
    `item_position` from 0 on. `of_item` and `of_record` say which texts to take, by the names that they get.
#}
{% macro json_items(landed, list, of_item, of_record) -%}
    {%- set leaves = dict.fromkeys(of_record.values(), "text") -%}
    {%- do leaves.update({list: of_item.values() | unique | list}) -%}
    select
        {{ version_columns(staged=true) }},
        item_position
        {%- for name, path in of_record.items() %},
        nullif({{ json_leaf("document", path) }}, '') as {{ name }}
        {%- endfor %}
        {%- for name, leaf in of_item.items() %},
        nullif({{ json_leaf("item", leaf) }}, '') as {{ name }}
        {%- endfor %}
    from (
        select
            {{ version_columns() }},
            {{ json_structure("payload", leaves) }} as document
        from {{ landed }}
    ) as documents
    {{ join_items(json_leaf("document", list)) }}
{%- endmacro %}

{#
    The last steps of staging: texts of some columns of an entity, in the CTE `texts`, typed; the
    columns that a source has not are null.
#}
{% macro typed_versions(entity, known, texts, prefix="") -%}
{%- set columns = entity_columns(entity) -%}
typed as (

    select
        *,
        {%- for name, type in columns.items() %}
        {%- set is_last = loop.last %}
        {%- for staged, staged_type in staged_columns(name, type).items() %}
        {% if name in known -%}
        {{ read_value(prefix ~ name, staged_type) }}
        {%- else -%}
        {{ typed_null(staged_type) }}
        {%- endif %} as typed_{{ staged }}{{ "," if not (is_last and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    from {{ texts }}

)

select
    {{ version_columns(staged=true) }},
    concat_ws(
        ','
        {%- for name, type in columns.items() if type not in ("text", "currency", "email") and name in known %},
        case when {{ prefix }}{{ name }} is not null and typed_{{ name }} is null then '{{ name }}' end
        {%- endfor %},
        ''
    ) as unreadable_fields,
    {%- for name in staged_entity_columns(entity) %}
    typed_{{ name }} as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
from typed
{%- endmacro %}
