-- Each record type is a pipeline with the stages of its sales process. One whose stages nobody
-- tells, and the one of opportunities without a record type (`default`), has all stages of the org.
-- What an earlier version listed and a later one does not is deleted: so all versions are looked at
-- (they are few), and those of files that were staged before are left out at the end.
with

landed_types as (

    select * from {{ landed("raw_salesforce", "record_type") }}

),

listed as (

    {{ json_items(
        "landed_types",
        "StageName.values",
        {"stage_id": "value", "stage_name": "label", "about": "attributes"},
        {"pipeline_id": "Id", "pipeline_name": "Name"},
    ) }}

),

described as (

    select
        *,
        {{ json_fields("about", ["closed", "won", "defaultProbability"]) }} as fields
    from listed

),

types as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", ["Id", "Name"]) }} as fields
    from landed_types

),

without_list as (

    select types.*
    from types
    left join listed
        on
            types.record_id = listed.record_id
            and types.landed_file = listed.landed_file
            and types.load_seq = listed.load_seq
    where listed.record_id is null

),

org_stages as (

    select
        is_deleted,
        {{ json_fields("payload", [
            "ApiName", "MasterLabel", "SortOrder", "IsClosed", "IsWon", "DefaultProbability",
        ]) }} as fields
    from {{ landed("raw_salesforce", "opportunity_stage") }}
    qualify row_number() over (
        partition by record_id order by source_updated_at desc, extracted_at desc, load_seq desc
    ) = 1

),

every_stage as (

    select
        {{ version_columns(staged=true) }},
        pipeline_id,
        pipeline_name,
        stage_id,
        stage_name,
        cast(item_position + 1 as string) as position,
        {{ json_leaf("fields", "closed") }} as is_closed,
        {{ json_leaf("fields", "won") }} as is_won,
        {{ json_leaf("fields", "defaultProbability") }} as percent
    from described

    union all

    select
        without_list.record_id,
        without_list.source_updated_at,
        without_list.extracted_at,
        without_list.load_seq,
        without_list.is_deleted_in_source or org_stages.is_deleted as is_deleted_in_source,
        without_list.run_id,
        without_list.landed_file,
        case
            when without_list.record_id = '012000000000000AAA' then 'default'
            else without_list.record_id
        end as pipeline_id,
        case
            when without_list.record_id = '012000000000000AAA' then 'Sales'
            else {{ json_leaf("without_list.fields", "Name") }}
        end as pipeline_name,
        {{ json_leaf("org_stages.fields", "ApiName") }} as stage_id,
        {{ json_leaf("org_stages.fields", "MasterLabel") }} as stage_name,
        {{ json_leaf("org_stages.fields", "SortOrder") }} as position,
        {{ json_leaf("org_stages.fields", "IsClosed") }} as is_closed,
        {{ json_leaf("org_stages.fields", "IsWon") }} as is_won,
        {{ json_leaf("org_stages.fields", "DefaultProbability") }} as percent
    from without_list
    cross join org_stages

),

ever_listed as (

    select
        record_id,
        pipeline_id,
        pipeline_name,
        stage_id,
        stage_name,
        position,
        is_closed,
        is_won,
        percent,
        min(source_updated_at) over (partition by record_id, stage_id) as first_listed_at
    from every_stage
    qualify row_number() over (
        partition by record_id, stage_id
        order by source_updated_at desc, extracted_at desc, load_seq desc
    ) = 1

),

not_listed as (

    select
        types.record_id,
        types.source_updated_at,
        types.extracted_at,
        types.load_seq,
        true as is_deleted_in_source,
        types.run_id,
        types.landed_file,
        ever_listed.pipeline_id,
        ever_listed.pipeline_name,
        ever_listed.stage_id,
        ever_listed.stage_name,
        ever_listed.position,
        ever_listed.is_closed,
        ever_listed.is_won,
        ever_listed.percent
    from types
    inner join ever_listed
        on
            types.record_id = ever_listed.record_id
            and types.source_updated_at > ever_listed.first_listed_at
    left join every_stage
        on
            types.record_id = every_stage.record_id
            and types.landed_file = every_stage.landed_file
            and types.load_seq = every_stage.load_seq
            and ever_listed.stage_id = every_stage.stage_id
    where every_stage.record_id is null

),

all_stages as (

    select * from every_stage

    union all

    select * from not_listed

),

located as (

    select
        concat(pipeline_id, '|', stage_id) as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        pipeline_id,
        pipeline_name,
        stage_id,
        stage_name,
        position,
        case
            when is_won = 'true' then 'won' when is_closed = 'true' then 'lost' else 'open'
        end as kind,
        cast(try_cast(percent as double) / 100 as string) as default_probability
    from all_stages
    {%- if is_incremental() %}
    where landed_file not in (select distinct loaded.landed_file from {{ this }} as loaded)
    {%- endif %}

),

{{ typed_versions(
    "stages",
    [
        "pipeline_id", "pipeline_name", "stage_id", "stage_name", "position", "kind",
        "default_probability",
    ],
    "located",
) }}
