-- An activity happened when it was marked as done; one that is only planned is on its day.
with

landed as (

    {{ landings_to_stage("pipedrive", "activities") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "id", "type", "done", "marked_as_done_time", "due_date", "due_time", "duration",
            "deal_id", "lead_id", "owner_id",
        ]) }} as fields
    from landed

),

texts as (

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "id") }} as activity_id,
        nullif({{ json_leaf("fields", "type") }}, '') as kind,
        nullif({{ json_leaf("fields", "marked_as_done_time") }}, '') as done_at,
        nullif({{ json_leaf("fields", "due_date") }}, '') as due_date,
        nullif({{ json_leaf("fields", "due_time") }}, '') as due_time,
        nullif({{ json_leaf("fields", "duration") }}, '') as duration,
        {{ json_leaf("fields", "deal_id") }} as deal_id,
        {{ json_leaf("fields", "lead_id") }} as lead_id,
        {{ json_leaf("fields", "owner_id") }} as rep_id
    from parsed

),

located as (

    select
        *,
        coalesce(
            {{ pipedrive_time("done_at") }},
            case
                when due_date is not null and due_time is not null
                    then concat(due_date, 'T', due_time, 'Z')
            end,
            due_date
        ) as occurred_at,
        -- Hours and minutes.
        case
            when duration like '%:%' then cast(
                try_cast({{ list_element("split(duration, ':')", 1) }} as double) * 60
                + try_cast({{ list_element("split(duration, ':')", 2) }} as double)
                as string
            )
        end as duration_minutes
    from texts

),

{{ typed_versions(
    "activities",
    [
        "activity_id", "kind", "occurred_at", "deal_id", "lead_id", "rep_id", "duration_minutes",
    ],
    "located",
) }}
