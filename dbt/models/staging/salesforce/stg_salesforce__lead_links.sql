-- The campaigns that a lead is a member of, since when it is: the lead names none.
with

landed as (

    {{ landings_to_stage("salesforce", "campaign_member") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", ["LeadId", "CampaignId", "CreatedDate"]) }} as fields
    from landed

),

located as (

    select
        {{ version_columns(staged=true) }},
        nullif({{ json_leaf("fields", "LeadId") }}, '') as lead_id,
        'campaign' as kind,
        nullif({{ json_leaf("fields", "CampaignId") }}, '') as linked_id,
        nullif({{ json_leaf("fields", "CreatedDate") }}, '') as linked_at
    from parsed
    where nullif({{ json_leaf("fields", "LeadId") }}, '') is not null

),

{{ typed_versions("lead_links", ["lead_id", "kind", "linked_id", "linked_at"], "located") }}
