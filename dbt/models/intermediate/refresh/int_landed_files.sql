{{ config(materialized=made_in_parts()) }}
-- The landed files that deals are made of, each with the refresh that saw it first.
{%- set entities = ["deals", "deal_stage_history", "deal_field_history"] %}
with

staged as (
{% for source_name in configured_sources() %}
    {%- set outer_loop = loop %}
    {%- for entity in entities %}
    select distinct landed_file
    from {{ ref("stg_" ~ source_name ~ "__" ~ entity) }}
    {%- if not (loop.last and outer_loop.last) %}
    union all
    {%- endif %}
    {%- endfor %}
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
