{#
    The newest version of every record of an entity, all sources in one shape, as far as as-of lets
    us see: with JALUR_HISTORY=landed, versions that arrived later do not exist yet. `deals` names the
    model that tells which deals' records are asked for, where only those are made anew; `several`
    the CTE with the records that have several versions: most have one, and need no order.
#}
{% macro newest_versions(entity, deals=none, several=none) -%}
{%- set columns = staged_entity_columns(entity) -%}
{%- for source_name in sources_of(entity) %}
{%- set selection %}
    select
        '{{ source_name }}' as source,
        versions.record_id,
        versions.source_updated_at,
        versions.extracted_at,
        versions.load_seq,
        versions.is_deleted_in_source,
        versions.unreadable_fields,
        {% for column in columns -%}
        versions.{{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ ref("stg_" ~ source_name ~ "__" ~ entity) }} as versions
{%- endset %}
{%- set is_visible %}
    where {{ is_visible_version(source_name, deals) }}
{%- endset %}
{%- if several is not none %}
    {{- selection }}
    left join {{ several }} as several
        on several.source = '{{ source_name }}' and versions.record_id = several.record_id
    {{- is_visible }} and several.record_id is null

    union all
{% endif %}
    {{- selection }}
    {%- if several is not none %}
    inner join {{ several }} as several
        on several.source = '{{ source_name }}' and versions.record_id = several.record_id
    {%- endif %}
    {{- is_visible }}
    qualify row_number() over (
        partition by versions.record_id
        order by
            versions.source_updated_at desc, versions.extracted_at desc, versions.load_seq desc
    ) = 1
    {%- if not loop.last %}

    union all
    {%- endif %}
{%- else %}
    {{ no_versions(entity) }}
{%- endfor %}
{%- endmacro %}

{# The records of an entity that have several versions. #}
{% macro records_with_several_versions(entity, deals=none) -%}
{%- for source_name in sources_of(entity) %}
    select
        '{{ source_name }}' as source,
        versions.record_id
    from {{ ref("stg_" ~ source_name ~ "__" ~ entity) }} as versions
    where {{ is_visible_version(source_name, deals) }}
    group by versions.record_id
    having count(*) > 1
    {%- if not loop.last %}

    union all
    {%- endif %}
{%- else %}
    select cast(null as string) as source, cast(null as string) as record_id
    where false
{%- endfor %}
{%- endmacro %}

{#
    Where each of the records with several versions was landed first. What came at one moment is told
    apart by that: a row that comes again must not come later.
#}
{% macro first_landings(entity, several, deals=none) -%}
{%- for source_name in sources_of(entity) %}
    select
        '{{ source_name }}' as source,
        versions.record_id,
        versions.extracted_at,
        versions.load_seq
    from {{ ref("stg_" ~ source_name ~ "__" ~ entity) }} as versions
    inner join {{ several }} as several on versions.record_id = several.record_id
    where several.source = '{{ source_name }}' and {{ is_visible_version(source_name, deals) }}
    qualify row_number() over (
        partition by versions.record_id order by versions.extracted_at, versions.load_seq
    ) = 1
    {%- if not loop.last %}

    union all
    {%- endif %}
{%- else %}
    select versions.source, versions.record_id, versions.extracted_at, versions.load_seq
    from ({{ no_versions(entity) }}) as versions
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
