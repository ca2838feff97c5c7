-- Forms that people filled in. A submission names an address; who it is tell the contacts, which
-- are landed before it.
with

landed as (

    {{ landings_to_stage("hubspot", "form_submissions") }}

),

fields as (

    {{ json_items(
        "landed",
        "values",
        {"field": "name", "value": "value"},
        {"form_id": "formGuid"},
    ) }}

),

addresses as (

    select
        record_id,
        landed_file,
        load_seq,
        min({{ plain_address("value") }}) as address
    from fields
    where field = 'email'
    group by record_id, landed_file, load_seq

),

contacts as (

    select
        {{ plain_address("address") }} as address,
        max_by(record_id, source_updated_at) as lead_id
    from (
        select
            record_id,
            source_updated_at,
            {{ json_leaf(
                json_structure("payload", {"properties.email": "text"}), "properties.email"
            ) }} as address
        from {{ landed("raw_hubspot", "contacts") }}
        where exists (select 1 from addresses)
    ) as versions
    where nullif(address, '') is not null
    group by {{ plain_address("address") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", ["conversionId", "formGuid", "submittedAt"]) }} as fields
    from landed

),

submissions as (

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "conversionId") }} as touchpoint_id,
        {{ json_leaf("fields", "formGuid") }} as content_id,
        {{ instant_of_milliseconds(json_leaf("fields", "submittedAt")) }} as submitted_at
    from parsed

),

located as (

    select
        submissions.*,
        concat(cast(submissions.submitted_at as string), 'Z') as occurred_at,
        'form_submit' as kind,
        contacts.lead_id
    from submissions
    left join addresses
        on
            submissions.record_id = addresses.record_id
            and submissions.landed_file = addresses.landed_file
            and submissions.load_seq = addresses.load_seq
    left join contacts on addresses.address = contacts.address

),

{{ typed_versions(
    "touchpoints", ["touchpoint_id", "occurred_at", "kind", "lead_id", "content_id"], "located"
) }}
