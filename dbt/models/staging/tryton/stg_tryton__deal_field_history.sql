-- What each revision made of three fields. One that holds the same as the revision before it in its
-- landed file is left out; the first of a file may repeat what an earlier file has.
{%- set fields = ["amount", "expected_close_date", "rep_id"] %}
with

{{ tryton_texts(
    "opportunity_revisions",
    {
        "deal_id": "id",
        "changed_at": "revised_at",
        "amount": "record.amount.decimal",
        "rep_id": "record.employee",
    },
    {"expected_close_date": "record.end_date"},
) }},

held as (
{% for field in fields %}
    select
        {{ version_columns(staged=true) }},
        deal_id,
        '{{ field }}' as field,
        {{ field }} as value,
        changed_at
    from texts
    where not is_deleted_in_source
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

compared as (

    select
        *,
        lag(value) over (
            partition by deal_id, field, landed_file order by source_updated_at, load_seq
        ) as value_before
    from held

),

located as (

    select
        concat(record_id, '|', field) as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        deal_id,
        field,
        value,
        changed_at
    from compared
    where value is not null and value is distinct from value_before

),

{{ typed_versions("deal_field_history", ["deal_id", "field", "value", "changed_at"], "located") }}
