-- A row after each change of stage, amount, probability or close date: those of other changes
-- repeat the stage, and collapse into the entry before. Ids tell the order within a second.
with

landed as (

    {{ landings_to_stage("salesforce", "opportunity_history") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "Id", "OpportunityId", "StageName", "CreatedDate", "CreatedById",
        ]) }} as fields
    from landed

),

located as (

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "OpportunityId") }} as deal_id,
        nullif({{ json_leaf("fields", "StageName") }}, '') as stage_id,
        {{ json_leaf("fields", "CreatedDate") }} as entered_at,
        cast({{ salesforce_id_number(json_leaf("fields", "Id")) }} as string) as sequence,
        nullif({{ json_leaf("fields", "CreatedById") }}, '') as changed_by
    from parsed
    where nullif({{ json_leaf("fields", "StageName") }}, '') is not null

),

{{ typed_versions(
    "deal_stage_history", ["deal_id", "stage_id", "entered_at", "sequence", "changed_by"], "located"
) }}
