-- A closed deal stays in its stage in Pipedrive; here it is in the one that its status stands for.
with

landed as (

    {{ landings_to_stage("pipedrive", "deals") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "id", "title", "stage_id", "pipeline_id", "status", "org_id", "owner_id", "value",
            "currency", "add_time", "update_time", "close_time", "lost_time",
            "expected_close_date", "lost_reason", "source_lead_id", "origin", "is_deleted",
        ]) }} as fields
    from landed

),

texts as (

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "id") }} as deal_id,
        nullif({{ json_leaf("fields", "title") }}, '') as name,
        {{ json_leaf("fields", "stage_id") }} as open_stage_id,
        {{ json_leaf("fields", "pipeline_id") }} as pipeline_id,
        {{ pipedrive_status(
            json_leaf("fields", "status"),
            json_leaf("fields", "close_time"),
            json_leaf("fields", "lost_time"),
        ) }} as status,
        {{ json_leaf("fields", "org_id") }} as account_id,
        {{ json_leaf("fields", "source_lead_id") }} as lead_id,
        {{ json_leaf("fields", "owner_id") }} as rep_id,
        {{ json_leaf("fields", "value") }} as amount,
        {{ json_leaf("fields", "currency") }} as currency,
        {{ json_leaf("fields", "add_time") }} as created_at,
        {{ json_leaf("fields", "close_time") }} as closed_at,
        nullif({{ json_leaf("fields", "expected_close_date") }}, '') as expected_close_date,
        nullif({{ json_leaf("fields", "lost_reason") }}, '') as loss_reason,
        nullif({{ json_leaf("fields", "origin") }}, '') as lead_source,
        {{ json_leaf("fields", "is_deleted") }} as is_deleted,
        {{ json_leaf("fields", "update_time") }} as updated_at
    from parsed

),

located as (

    select
        *,
        {{ pipedrive_stage("status", "open_stage_id", "pipeline_id") }} as stage_id
    from texts

),

{{ typed_versions(
    "deals",
    [
        "deal_id", "stage_id", "name", "pipeline_id", "account_id", "rep_id", "amount", "currency",
        "created_at", "expected_close_date", "closed_at", "loss_reason", "lead_id", "lead_source",
        "is_deleted", "updated_at",
    ],
    "located",
) }}
