-- The open stages of every pipeline, and the two that it closes with: statuses of Pipedrive's.
{%- set closed = {"won": [1001, "Won", 1], "lost": [1002, "Lost", 0]} %}
with

landed_stages as (

    {{ landings_to_stage("pipedrive", "stages") }}

),

landed_pipelines as (

    {{ landings_to_stage("pipedrive", "pipelines") }}

),

stages as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "id", "name", "order_nr", "pipeline_id", "deal_probability",
        ]) }} as fields
    from landed_stages

),

pipelines as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", ["id", "name"]) }} as fields
    from landed_pipelines

),

pipeline_names as (

    select
        record_id as pipeline_id,
        {{ json_leaf(json_fields("payload", ["name"]), "name") }} as pipeline_name
    from {{ landed("raw_pipedrive", "pipelines") }}
    qualify row_number() over (
        partition by record_id order by source_updated_at desc, extracted_at desc, load_seq desc
    ) = 1

),

every_stage as (

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "pipeline_id") }} as pipeline_id,
        {{ json_leaf("fields", "id") }} as stage_id,
        {{ json_leaf("fields", "name") }} as stage_name,
        {{ json_leaf("fields", "order_nr") }} as position,
        'open' as kind,
        cast(try_cast({{ json_leaf("fields", "deal_probability") }} as double) / 100 as string)
            as default_probability
    from stages
    {%- for kind, (position, name, probability) in closed.items() %}

    union all

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "id") }} as pipeline_id,
        concat('{{ kind }}-', {{ json_leaf("fields", "id") }}) as stage_id,
        '{{ name }}' as stage_name,
        '{{ position }}' as position,
        '{{ kind }}' as kind,
        '{{ probability }}' as default_probability
    from pipelines
    {%- endfor %}

),

located as (

    select
        concat(every_stage.pipeline_id, '|', every_stage.stage_id) as record_id,
        every_stage.source_updated_at,
        every_stage.extracted_at,
        every_stage.load_seq,
        every_stage.is_deleted_in_source,
        every_stage.run_id,
        every_stage.landed_file,
        every_stage.pipeline_id,
        pipeline_names.pipeline_name,
        every_stage.stage_id,
        every_stage.stage_name,
        every_stage.position,
        every_stage.kind,
        every_stage.default_probability
    from every_stage
    left join pipeline_names on every_stage.pipeline_id = pipeline_names.pipeline_id

),

{{ typed_versions(
    "stages",
    [
        "pipeline_id", "pipeline_name", "stage_id", "stage_name", "position", "kind",
        "default_probability",
    ],
    "located",
) }}
