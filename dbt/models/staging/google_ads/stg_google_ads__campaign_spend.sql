{%- set paths = {
    "campaign_id": "campaign.id",
    "spend_date": "segments.date",
    "cost_micros": "metrics.costMicros",
    "currency": "customer.currencyCode",
    "impressions": "metrics.impressions",
    "clicks": "metrics.clicks",
} -%}
with

landed as (

    {{ landings_to_stage("google_ads", "campaign_days") }}

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
        {{ google_ads_money("cost_micros") }} as spend
    from texts

),

{{ typed_versions(
    "campaign_spend",
    ["campaign_id", "spend_date", "spend", "currency", "impressions", "clicks"],
    "located",
) }}
