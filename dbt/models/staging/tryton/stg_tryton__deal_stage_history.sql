-- Every revision says in which state the opportunity was; those that changed something else are
-- collapsed later on, as everywhere.
with

{{ tryton_texts(
    "opportunity_revisions",
    {
        "deal_id": "id",
        "stage_id": "record.state",
        "entered_at": "revised_at",
        "changed_by": "revised_by",
    },
) }},

located as (

    select
        *,
        'sale.opportunity' as pipeline_id
    from texts
    where not is_deleted_in_source

),

{{ typed_versions(
    "deal_stage_history",
    ["deal_id", "stage_id", "entered_at", "pipeline_id", "changed_by"],
    "located",
) }}
