-- What people logged. A meeting happened when it began, a task when it was completed, or is due.
-- Calls have the outcomes that HubSpot ships; a company's own are shown by their ids.
{%- set dispositions = {
    "9d9162e7-6cf3-4944-bf63-4dff82258764": "busy",
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "connected",
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "left live message",
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "left voicemail",
    "73a0d17f-1163-4015-bdd5-ec830791da20": "no answer",
    "17b47fee-58de-441e-a44c-c6300d46f273": "wrong number",
} %}
{#- By table: what it is, and the properties that tell its kind, its time and how it ended. -#}
{%- set tables = {
    "calls": ("call", "hs_activity_type", "hs_timestamp", "hs_call_status"),
    "emails": ("email", none, "hs_timestamp", "hs_email_status"),
    "meetings": ("meeting", "hs_activity_type", "hs_meeting_start_time", "hs_meeting_outcome"),
    "notes": ("note", none, "hs_timestamp", none),
    "tasks": ("task", none, "hs_task_completion_date", "hs_task_status"),
} %}
{%- set own = own_fields("hubspot", "activities") %}
with

{% for table in tables -%}
landed_{{ table }} as (

    {{ landings_to_stage("hubspot", table) }}

),

parsed_{{ table }} as (

    select
        {{ version_columns() }},
        {{ json_structure("payload", dict.fromkeys([
            "id",
            "properties.hs_timestamp",
            "properties.hubspot_owner_id",
            "properties.hs_activity_type",
            "properties.hs_call_duration",
            "properties.hs_call_disposition",
            "properties.hs_call_status",
            "properties.hs_email_status",
            "properties.hs_meeting_start_time",
            "properties.hs_meeting_end_time",
            "properties.hs_meeting_outcome",
            "properties.hs_task_status",
            "properties.hs_task_completion_date",
        ] + own.values() | list, "text")) }} as fields
    from landed_{{ table }}

),

{% endfor -%}
logged as (
{% for table, (kind, own_kind, moment, ending) in tables.items() %}
    select
        {{ version_columns(staged=true) }},
        '{{ kind }}' as standard_kind,
        {{ hubspot_property(own_kind) if own_kind else "cast(null as string)" }} as own_kind,
        coalesce(
            nullif({{ hubspot_property(moment) }}, ''),
            nullif({{ hubspot_property("hs_timestamp") }}, '')
        ) as occurred_at,
        {{ hubspot_property(ending) if ending else "cast(null as string)" }} as ending,
        fields
    from parsed_{{ table }}
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

located as (

    select
        {{ version_columns(staged=true) }},
        record_id as activity_id,
        lower(coalesce(nullif(own_kind, ''), standard_kind)) as kind,
        occurred_at,
        nullif({{ hubspot_property("hubspot_owner_id") }}, '') as rep_id,
        case standard_kind
            when 'call'
                then try_cast({{ hubspot_property("hs_call_duration") }} as double) / 60000
            when 'meeting'
                then {{ elapsed_hours(
                    read_timestamp(hubspot_property("hs_meeting_start_time")),
                    read_timestamp(hubspot_property("hs_meeting_end_time")),
                ) }} * 60
        end as minutes,
        {% for column, path in own.items() -%}
        nullif({{ json_leaf("fields", path) }}, '') as own_{{ column }},
        {% endfor -%}
        coalesce(
            case {{ hubspot_property("hs_call_disposition") }}
                {%- for id, name in dispositions.items() %}
                when '{{ id }}' then '{{ name }}'
                {%- endfor %}
                else nullif({{ hubspot_property("hs_call_disposition") }}, '')
            end,
            lower(replace(nullif(ending, ''), '_', ' '))
        ) as standard_outcome
    from logged

),

as_texts as (

    select
        *,
        cast(minutes as string) as duration_minutes,
        -- A kind of activity without the property has the outcome that HubSpot gives it.
        {{ "coalesce(own_outcome, standard_outcome)" if "outcome" in own else "standard_outcome" }}
            as outcome,
        {{ "own_objection" if "objection" in own else "cast(null as string)" }} as objection
    from located

),

{{ typed_versions(
    "activities",
    ["activity_id", "kind", "occurred_at", "rep_id", "duration_minutes", "outcome", "objection"],
    "as_texts",
) }}
