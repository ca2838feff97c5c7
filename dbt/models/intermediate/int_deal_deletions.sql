{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh('int_changed_deals') }}",
) }}
-- Deletions of deals up to as-of, and when each was taken back: a run of versions that tell of it,
-- between two that do not. What was still to come at as-of has not happened.
with

versions as (
{% for source_name in sources_of("deals") %}
    {%- set staged = ref("stg_" ~ source_name ~ "__deals") %}
    select
        '{{ source_name }}' as source,
        deal_id,
        coalesce(is_deleted, false) or is_deleted_in_source as is_gone,
        -- A deletion that only the source's silence tells of carries the old payload, whose own
        -- update time is not the deletion's.
        case
            when is_deleted then coalesce(deleted_at, updated_at, source_updated_at)
            when is_deleted_in_source then coalesce(deleted_at, source_updated_at)
            else coalesce(updated_at, source_updated_at)
        end as happened_at,
        coalesce(updated_at, source_updated_at) as told_at,
        row_number() over (
            partition by record_id order by source_updated_at, extracted_at, load_seq
        ) as version_number
    from {{ staged }}
    where
        {{ is_visible_version(source_name, "int_changed_deals") }}
        and record_id in (
            select deleted.record_id from {{ staged }} as deleted
            where deleted.is_deleted or deleted.is_deleted_in_source
        )
    {%- if not loop.last %}

    union all
    {% endif %}
{%- else %}
    select
        source,
        deal_id,
        is_deleted_in_source as is_gone,
        source_updated_at as happened_at,
        source_updated_at as told_at,
        load_seq as version_number
    from ({{ no_versions("deals") }}) as none
{%- endfor %}

),

turns as (

    select * from versions
    where happened_at <= {{ as_of() }}
    qualify is_gone is distinct from lag(is_gone) over (
        partition by source, deal_id order by version_number
    )

),

runs as (

    select
        source,
        deal_id,
        is_gone,
        -- Deleted again is deleted later than it was restored, whatever the version carries along.
        case
            when lag(happened_at) over by_version > happened_at then told_at
            else happened_at
        end as deleted_at,
        lag(happened_at) over by_version as present_since,
        lead(happened_at) over by_version as restored_at
    from turns
    window by_version as (partition by source, deal_id order by version_number)

)

select
    source,
    deal_id,
    deleted_at,
    restored_at
from runs
where
    is_gone
    and deleted_at <= {{ as_of() }}
    and coalesce(deleted_at >= present_since, true)
    and coalesce(restored_at > deleted_at, true)
