-- The whole history of a contact's lifecycle stage comes with every version of the contact.
with

landed as (

    {{ landings_to_stage("hubspot", "contacts") }}

),

changes as (

    {{ json_items(
        "landed",
        "propertiesWithHistory.lifecyclestage",
        {"status": "value", "changed_at": "timestamp"},
        {"lead_id": "id"},
    ) }}

),

located as (

    select
        concat(lead_id, '|', changed_at, '|', status) as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        false as is_deleted_in_source,
        run_id,
        landed_file,
        lead_id,
        status,
        changed_at
    from changes
    where status is not null

),

{{ typed_versions("lead_status_history", ["lead_id", "status", "changed_at"], "located") }}
