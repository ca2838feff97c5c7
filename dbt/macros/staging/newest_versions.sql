{#
    The newest version of every record of an entity, all sources in one shape, as far as as-of lets
    us see: with JALUR_HISTORY=landed, versions that arrived later do not exist yet. `deals` names the
    model that tells which deals' records are asked for, where only those are made anew.
#}
{% macro newest_versions(entity, deals=none) -%}
{%- set columns = [] -%}
{%- for name in entity_columns(entity) -%}{%- do columns.append(staged_name(name)) -%}{%- endfor -%}
{%- for source_name in configured_sources() %}
    select
        '{{ source_name }}' as source,
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        unreadable_fields,
        {{ columns | join(",\n        ") }}
    from {{ ref("stg_" ~ source_name ~ "__" ~ entity) }}
    where {{ is_visible_version(source_name, deals) }}
    qualify row_number() over (
        partition by record_id
        order by source_updated_at desc, extracted_at desc, load_seq desc
    ) = 1
    {%- if not loop.last %}

    union all
    {%- endif %}
{%- endfor %}
{%- endmacro %}

{#
    Where each record that has several versions was landed first. What came at one moment is told
    apart by that: a row that comes again must not come later.
#}
{% macro first_landings(entity, deals=none) -%}
{%- for source_name in configured_sources() %}
    select
        '{{ source_name }}' as source,
        record_id,
        extracted_at,
        load_seq
    from {{ ref("stg_" ~ source_name ~ "__" ~ entity) }}
    where
        {{ is_visible_version(source_name, deals) }}
        and record_id in (
            select versions.record_id
            from {{ ref("stg_" ~ source_name ~ "__" ~ entity) }} as versions
            where {{ is_visible_version(source_name, deals) }}
            group by versions.record_id
            having count(*) > 1
        )
    qualify row_number() over (partition by record_id order by extracted_at, load_seq) = 1
    {%- if not loop.last %}

    union all
    {%- endif %}
{%- endfor %}
{%- endmacro %}

{# Whether a version exists at as-of, and its deal is among those asked for. #}
{% macro is_visible_version(source_name, deals=none) -%}
    {%- if deals is not none and not execute %}{% do ref(deals) %}{% endif -%}
    {%- set conditions = ["true"] -%}
    {%- if only_landed_by_as_of() -%}
    {%- do conditions.append("extracted_at <= " ~ as_of()) -%}
    {%- endif -%}
    {%- if deals is not none and refreshes_changed_deals_only() -%}
    {%- do conditions.append(
        "deal_id in (select changed.deal_id from " ~ ref(deals) ~ " as changed"
        ~ " where changed.source = '" ~ source_name ~ "')"
    ) -%}
    {%- endif -%}
    {{ conditions | join(" and ") }}
{%- endmacro %}
