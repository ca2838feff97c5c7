-- Leads that became opportunities: the lead names the opportunity, not the other way round.
with

landed as (

    {{ landings_to_stage("salesforce", "lead") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", ["Id", "ConvertedOpportunityId"]) }} as fields
    from landed

),

located as (

    select
        concat({{ json_leaf("fields", "ConvertedOpportunityId") }}, '|lead|', record_id)
            as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        {{ json_leaf("fields", "ConvertedOpportunityId") }} as deal_id,
        'lead' as kind,
        {{ json_leaf("fields", "Id") }} as linked_id
    from parsed
    where nullif({{ json_leaf("fields", "ConvertedOpportunityId") }}, '') is not null

),

{{ typed_versions("deal_links", ["deal_id", "kind", "linked_id"], "located") }}
