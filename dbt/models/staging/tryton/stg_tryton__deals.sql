-- Every revision of an opportunity is a version of its deal; that of its deletion carries what the
-- last one before it held. The date that a closing sets stays when the deal is reopened, so it says
-- when a deal should end, not when it did.
with

{{ tryton_texts(
    "opportunity_revisions",
    {
        "deal_id": "id",
        "stage_id": "record.state",
        "description": "record.description",
        "number": "record.number",
        "account_id": "record.party",
        "rep_id": "record.employee",
        "amount": "record.amount.decimal",
        "currency": ("record", "currency.", "code"),
        "created_at": "created_at",
        "loss_reason": "record.lost_reason",
        "source": ("record", "marketing_source.", "name"),
        "campaign_id": "record.marketing_campaign",
        "updated_at": "revised_at",
    },
    {"expected_close_date": "record.end_date"},
) }},

located as (

    select
        deal_id as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        deal_id,
        stage_id,
        coalesce(description, number) as name,
        'sale.opportunity' as pipeline_id,
        account_id,
        rep_id,
        amount,
        currency,
        created_at,
        expected_close_date,
        loss_reason,
        source,
        campaign_id,
        updated_at
    from texts

),

{{ typed_versions(
    "deals",
    [
        "deal_id", "stage_id", "name", "pipeline_id", "account_id", "rep_id", "amount", "currency",
        "created_at", "expected_close_date", "loss_reason", "source", "campaign_id", "updated_at",
    ],
    "located",
) }}
