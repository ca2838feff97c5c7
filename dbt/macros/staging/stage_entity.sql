{#
    Staging of one entity that a source lands in the shape of the `files` contract: every version,
    typed once. Landed files not read yet are found by their names, never by a maximum of a time.
    `unreadable_fields` names the optional values that had a text and could not be read.
#}
{% macro stage_entity(source_name, entity) -%}
{%- set columns = entity_columns(entity) -%}
with

landed as (

    select * from {{ landed("raw_" ~ source_name, entity) }}
    {%- if is_incremental() %}
    where landed_file not in (select distinct loaded.landed_file from {{ this }} as loaded)
    {%- endif %}

),

parsed as (

    select
        record_id,
        {{ utc("source_updated_at") }} as source_updated_at,
        {{ utc("extracted_at") }} as extracted_at,
        load_seq,
        is_deleted as is_deleted_in_source,
        run_id,
        landed_file,
        {{ json_fields("payload", columns.keys() | list) }} as fields
    from landed

),

typed as (

    select
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        fields,
        {%- for name, type in columns.items() %}
        {{ read_value("fields." ~ name, type) }} as {{ staged_name(name) }}{{ "," if not loop.last }}
        {%- endfor %}
    from parsed

)

select
    record_id,
    source_updated_at,
    extracted_at,
    load_seq,
    is_deleted_in_source,
    run_id,
    landed_file,
    concat_ws(
        ','
        {%- for name, type in columns.items() if type not in ("text", "currency") %},
        case when fields.{{ name }} is not null and {{ staged_name(name) }} is null then '{{ name }}' end
        {%- endfor %},
        ''
    ) as unreadable_fields,
    {%- for name in columns %}
    {{ staged_name(name) }}{{ "," if not loop.last }}
    {%- endfor %}
from typed
{%- endmacro %}
