{{ config(materialized=made_in_parts()) }}
-- The landed files that deals are made of, each with the refresh that saw it first.
{%- set entities = ["deals", "deal_stage_history", "deal_field_history", "deal_links"] %}
with

staged as (
{%- set staged = [] %}
{%- for entity in entities %}
    {%- for source_name in sources_of(entity) %}
        {%- do staged.append("stg_" ~ source_name ~ "__" ~ entity) %}
    {%- endfor %}
{%- endfor %}
{% for model in staged %}
    select distinct landed_file
    from {{ ref(model) }}
    {%- if not loop.last %}
    union
    {%- endif %}
{%- else %}
    select record_id as landed_file
    from ({{ no_versions("deals") }}) as none
{%- endfor %}

)

select
    staged.landed_file,
    scope.refresh_number
from staged
cross join {{ refresh_scope() }} as scope
{%- if is_incremental() %}
where staged.landed_file not in (select seen.landed_file from {{ this }} as seen)
{%- endif %}
