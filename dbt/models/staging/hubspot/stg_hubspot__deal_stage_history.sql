-- The whole history of a deal's stage comes with every version of the deal, newest first.
with

landed as (

    {{ landings_to_stage("hubspot", "deals") }}

),

entries as (

    {{ json_items(
        "landed",
        "propertiesWithHistory.dealstage",
        {"stage_id": "value", "entered_at": "timestamp", "changed_by": "updatedByUserId"},
        {"deal_id": "id"},
    ) }}

),

located as (

    select
        concat(deal_id, '|', entered_at, '|', stage_id) as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        false as is_deleted_in_source,
        run_id,
        landed_file,
        deal_id,
        stage_id,
        entered_at,
        changed_by,
        cast(-item_position as string) as sequence
    from entries
    -- A stage that is taken away, not changed, is no entry into one.
    where stage_id is not null

),

{{ typed_versions(
    "deal_stage_history", ["deal_id", "stage_id", "entered_at", "sequence", "changed_by"], "located"
) }}
