-- What became of each marketing e-mail, as often as it was another: HubSpot counts on for weeks.
{%- set counters = [
    "sent", "delivered", "open", "click", "reply", "bounce", "unsubscribed", "spamreport"
] %}
{%- set leaves = ["id", "name", "campaign", "publishDate"] %}
{%- for counter in counters %}{%- do leaves.append("stats.counters." ~ counter) %}{%- endfor %}
with

landed as (

    {{ landings_to_stage("hubspot", "marketing_emails") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_structure("payload", dict.fromkeys(leaves, "text")) }} as fields
    from landed

)

select
    {{ version_columns(staged=true) }},
    {{ json_leaf("fields", "id") }} as content_id,
    {{ json_leaf("fields", "name") }} as email_name,
    nullif({{ json_leaf("fields", "campaign") }}, '') as campaign_id,
    {{ read_timestamp(json_leaf("fields", "publishDate")) }} as published_at
    {%- for counter in counters %},
    {{ read_integer(json_leaf("fields", "stats.counters." ~ counter)) }} as {{ counter }}_count
    {%- endfor %}
from parsed
