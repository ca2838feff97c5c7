-- Tasks happened when they were completed, or on their day; events when they began.
{%- set kinds = {
    "task": ["CompletedDateTime", "TaskSubtype", "CallDurationInSeconds"],
    "event": ["StartDateTime", "EventSubtype", "DurationInMinutes"],
} %}
{%- set own = {"outcome": "Outcome__c", "objection": "Objection__c"} %}
{%- do own.update(own_fields("salesforce", "activities")) %}
with

{% for table, names in kinds.items() -%}
landed_{{ table }} as (

    {{ landings_to_stage("salesforce", table) }}

),

parsed_{{ table }} as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "Id", "Type", "Subject", "ActivityDate", "WhoId", "WhatId", "OwnerId",
        ] + names + own.values() | list) }} as fields
    from landed_{{ table }}

),

{% endfor -%}
located as (
{% for table, (moment, subtype, duration) in kinds.items() %}
    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "Id") }} as activity_id,
        lower(coalesce(
            nullif({{ json_leaf("fields", "Type") }}, ''),
            nullif({{ json_leaf("fields", subtype) }}, ''),
            '{{ table }}'
        )) as kind,
        coalesce(
            nullif({{ json_leaf("fields", moment) }}, ''),
            nullif({{ json_leaf("fields", "ActivityDate") }}, '')
        ) as occurred_at,
        -- The first three characters of an id tell the object.
        case
            when {{ json_leaf("fields", "WhatId") }} like '006%'
                then {{ json_leaf("fields", "WhatId") }}
        end as deal_id,
        case
            when {{ json_leaf("fields", "WhoId") }} like '00Q%'
                then {{ json_leaf("fields", "WhoId") }}
        end as lead_id,
        nullif({{ json_leaf("fields", "OwnerId") }}, '') as rep_id,
        {% if table == "task" -%}
        cast(try_cast({{ json_leaf("fields", duration) }} as double) / 60 as string)
        {%- else -%}
        nullif({{ json_leaf("fields", duration) }}, '')
        {%- endif %} as duration_minutes,
        nullif({{ json_leaf("fields", own["outcome"]) }}, '') as outcome,
        nullif({{ json_leaf("fields", own["objection"]) }}, '') as objection
    from parsed_{{ table }}
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

{{ typed_versions(
    "activities",
    [
        "activity_id", "kind", "occurred_at", "deal_id", "lead_id", "rep_id", "duration_minutes",
        "outcome", "objection",
    ],
    "located",
) }}
