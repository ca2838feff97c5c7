-- One row per stage of every landed version of its pipeline. What HubSpot calls closed is won where
-- its probability is certain, else lost.
with

landed as (

    {{ landings_to_stage("hubspot", "pipelines") }}

),

stages as (

    {{ json_items(
        "landed",
        "stages",
        {
            "stage_id": "id",
            "stage_name": "label",
            "position": "displayOrder",
            "metadata": "metadata",
        },
        {"pipeline_id": "id", "pipeline_name": "label"},
    ) }}

),

with_metadata as (

    select
        *,
        {{ json_fields("metadata", ["isClosed", "probability"]) }} as fields
    from stages

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
        {{ json_leaf("fields", "probability") }} as default_probability,
        case
            when {{ json_leaf("fields", "isClosed") }} != 'true' then 'open'
            when try_cast({{ json_leaf("fields", "probability") }} as double) = 1 then 'won'
            else 'lost'
        end as kind
    from with_metadata

),

{{ typed_versions(
    "stages",
    [
        "pipeline_id", "pipeline_name", "stage_id", "stage_name", "position", "kind",
        "default_probability",
    ],
    "located",
) }}
