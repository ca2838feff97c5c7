-- Salesforce tells the changes of a status, and by the first of them what was before, since the
-- lead was made. A lead without a change has no row: its status is the one that it has.
with

landed as (

    {{ landings_to_stage("salesforce", "lead_history") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "Id", "LeadId", "CreatedDate", "Field", "OldValue", "NewValue",
        ]) }} as fields
    from landed

),

changes as (

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "LeadId") }} as lead_id,
        {{ json_leaf("fields", "CreatedDate") }} as changed_at,
        {{ salesforce_id_number(json_leaf("fields", "Id")) }} as sequence,
        nullif({{ json_leaf("fields", "OldValue") }}, '') as old_status,
        nullif({{ json_leaf("fields", "NewValue") }}, '') as status
    from parsed
    where {{ json_leaf("fields", "Field") }} = 'Status'

),

first_changes as (

    select
        *,
        concat(lead_id, '|first') as first_id
    from changes
    qualify row_number() over (partition by lead_id order by changed_at, sequence) = 1

),

beginnings as (

    {{ salesforce_beginnings("lead") }}

),

known as (

    select
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        run_id,
        landed_file,
        lead_id,
        status,
        changed_at
    from changes

    union all

    select
        first_changes.first_id as record_id,
        first_changes.source_updated_at,
        first_changes.extracted_at,
        first_changes.load_seq,
        first_changes.run_id,
        first_changes.landed_file,
        first_changes.lead_id,
        first_changes.old_status as status,
        beginnings.created_at as changed_at
    from first_changes
    inner join beginnings on first_changes.lead_id = beginnings.record_id
    {%- if is_incremental() %}
    where first_changes.first_id not in (select staged.record_id from {{ this }} as staged)
    {%- endif %}

),

located as (

    select
        *,
        false as is_deleted_in_source
    from known
    where status is not null

),

{{ typed_versions("lead_status_history", ["lead_id", "status", "changed_at"], "located") }}
