-- Deals of which something arrived, or came to pass, since the last complete refresh. Something
-- comes to pass when as-of moves over its time.
{%- set moments = {
    "deals": ["created_at", "closed_at", "merged_at", "deleted_at", "updated_at"],
    "deal_stage_history": ["entered_at"],
    "deal_field_history": ["changed_at"],
    "deal_links": ["linked_at"],
} %}
with

scope as (

    select * from {{ refresh_scope() }} as newest

),

new_files as (

    select files.landed_file
    from {{ ref("int_landed_files") }} as files
    inner join scope on files.refresh_number > scope.last_completed_number

)
{%- set staged = [] %}
{%- for entity in moments %}
    {%- for source_name in sources_of(entity) %}
        {%- do staged.append((source_name, entity)) %}
    {%- endfor %}
{%- endfor %}
{% for source_name, entity in staged %}
select
    '{{ source_name }}' as source,
    staged.deal_id
from {{ ref("stg_" ~ source_name ~ "__" ~ entity) }} as staged
cross join scope
where
    not scope.is_full
    and (
        staged.landed_file in (select new_files.landed_file from new_files)
        {%- for column in moments[entity] + ["source_updated_at", "extracted_at"] %}
        or (
            staged.{{ column }} > scope.changed_after
            and staged.{{ column }} <= scope.as_of
        )
        {%- endfor %}
    )
{% if not loop.last -%}
union distinct
{% endif %}
{%- else %}
select
    source,
    deal_id
from ({{ no_versions("deals") }}) as none
{%- endfor %}
