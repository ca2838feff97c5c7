-- Members of campaigns: whom a campaign reached when they were added to it, or on the day of their
-- first answer. A contact is told by its account.
with

landed as (

    {{ landings_to_stage("salesforce", "campaign_member") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "Id", "CampaignId", "LeadId", "ContactId", "Status", "CreatedDate", "FirstRespondedDate",
        ]) }} as fields
    from landed

),

members as (

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "Id") }} as touchpoint_id,
        nullif({{ json_leaf("fields", "CampaignId") }}, '') as campaign_id,
        nullif({{ json_leaf("fields", "LeadId") }}, '') as lead_id,
        nullif({{ json_leaf("fields", "ContactId") }}, '') as contact_id,
        lower(coalesce(nullif({{ json_leaf("fields", "Status") }}, ''), 'member')) as kind,
        nullif({{ json_leaf("fields", "CreatedDate") }}, '') as added_at,
        nullif({{ json_leaf("fields", "FirstRespondedDate") }}, '') as responded_on
    from parsed

),

contacts as (

    select
        contact_id,
        max_by(account_id, source_updated_at) as account_id
    from (
        select
            record_id as contact_id,
            source_updated_at,
            {{ json_leaf(json_fields("payload", ["AccountId"]), "AccountId") }} as account_id
        from {{ landed("raw_salesforce", "contact") }}
        where record_id in (select members.contact_id from members)
    ) as versions
    where nullif(account_id, '') is not null
    group by contact_id

),

located as (

    select
        members.*,
        -- Of an answer Salesforce tells the day: on that of the invitation it is no earlier.
        case
            when members.responded_on > left(members.added_at, 10) then members.responded_on
            else members.added_at
        end as occurred_at,
        contacts.account_id
    from members
    left join contacts on members.contact_id = contacts.contact_id

),

{{ typed_versions(
    "touchpoints",
    ["touchpoint_id", "occurred_at", "kind", "campaign_id", "lead_id", "account_id"],
    "located",
) }}
