-- Campaigns of one network. A schedule ends before a moment, not with a day.
with

landed as (

    {{ landings_to_stage("linkedin_ads", "campaigns") }}

),

{% set paths = {
    "campaign_id": "id",
    "name": "name",
    "starts": "runSchedule.start",
    "ends": "runSchedule.end",
    "budget": "totalBudget.amount",
    "currency": "totalBudget.currencyCode",
} -%}
parsed as (

    select
        {{ version_columns() }},
        {{ json_structure("payload", dict.fromkeys(paths.values(), "text")) }} as fields
    from landed

),

texts as (

    select
        {{ version_columns(staged=true) }}
        {%- for name, path in paths.items() %},
        nullif({{ json_leaf("fields", path) }}, '') as {{ name }}
        {%- endfor %}
    from parsed

),

located as (

    select
        *,
        'paid_social' as channel,
        {{ linkedin_ads_day("starts") }} as started_on,
        {{ linkedin_ads_day("try_cast(ends as bigint) - 1") }} as ended_on
    from texts

),

{{ typed_versions(
    "campaigns",
    ["campaign_id", "name", "channel", "started_on", "ended_on", "budget", "currency"],
    "located",
) }}
