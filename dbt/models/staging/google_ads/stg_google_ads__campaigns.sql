-- The budget is that of the whole campaign; one per day is in the payload alone. A campaign that is
-- to run on has no end, or by an older convention one in 2037.
{%- set paths = {
    "campaign_id": "campaign.id",
    "name": "campaign.name",
    "channel_type": "campaign.advertisingChannelType",
    "started_at": "campaign.startDateTime",
    "ended_at": "campaign.endDateTime",
    "budget_micros": "campaignBudget.totalAmountMicros",
    "currency": "customer.currencyCode",
} %}
with

landed as (

    {{ landings_to_stage("google_ads", "campaigns") }}

),

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
        case when channel_type = 'SEARCH' then 'paid_search' else lower(channel_type) end
            as channel,
        substr(started_at, 1, 10) as started_on,
        nullif(substr(ended_at, 1, 10), '2037-12-30') as ended_on,
        {{ google_ads_money("budget_micros") }} as budget
    from texts

),

{{ typed_versions(
    "campaigns",
    ["campaign_id", "name", "channel", "started_on", "ended_on", "budget", "currency"],
    "located",
) }}
