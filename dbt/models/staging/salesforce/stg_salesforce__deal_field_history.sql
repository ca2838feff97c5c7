-- What OpportunityHistory repeats (amount, close date, forecast) is known from the beginning on; of
-- the rest OpportunityFieldHistory tells the changes, and by the first of them what was before.
{%- set repeated = {
    "amount": "Amount",
    "expected_close_date": "CloseDate",
    "forecast_category": "ForecastCategory",
} %}
with

landed_states as (

    {{ landings_to_stage("salesforce", "opportunity_history") }}

),

landed_changes as (

    {{ landings_to_stage("salesforce", "opportunity_field_history") }}

),

states as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "Id", "OpportunityId", "CreatedDate",
        ] + repeated.values() | list) }} as fields
    from landed_states

),

parsed_changes as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [
            "Id", "OpportunityId", "CreatedDate", "Field", "DataType", "OldValue", "NewValue",
        ]) }} as fields
    from landed_changes

),

-- A change of owner comes twice, by names and by ids.
changes as (

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "OpportunityId") }} as deal_id,
        {{ json_leaf("fields", "CreatedDate") }} as changed_at,
        {{ salesforce_id_number(json_leaf("fields", "Id")) }} as sequence,
        case {{ json_leaf("fields", "Field") }}
            when 'Owner' then 'rep_id' else 'forecast_category'
        end as field,
        nullif({{ json_leaf("fields", "OldValue") }}, '') as old_value,
        nullif({{ json_leaf("fields", "NewValue") }}, '') as value
    from parsed_changes
    where
        (
            {{ json_leaf("fields", "Field") }} = 'Owner'
            and {{ json_leaf("fields", "DataType") }} = 'EntityId'
        )
        or {{ json_leaf("fields", "Field") }} = 'ForecastCategoryName'

),

first_owners as (

    select
        *,
        concat(deal_id, '|first') as first_id
    from changes
    where field = 'rep_id'
    qualify row_number() over (partition by deal_id order by changed_at, sequence) = 1

),

beginnings as (

    {{ salesforce_beginnings("opportunity") }}

),

known as (
    {% for field, name in repeated.items() %}
    select
        concat(record_id, '|{{ field }}') as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        run_id,
        landed_file,
        {{ json_leaf("fields", "OpportunityId") }} as deal_id,
        '{{ field }}' as field,
        nullif({{ json_leaf("fields", name) }}, '') as value,
        {{ json_leaf("fields", "CreatedDate") }} as changed_at,
        {{ salesforce_id_number(json_leaf("fields", "Id")) }} as sequence
    from states

    union all
    {% endfor %}
    select
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        run_id,
        landed_file,
        deal_id,
        field,
        value,
        changed_at,
        sequence
    from changes

    union all

    select
        first_owners.first_id as record_id,
        first_owners.source_updated_at,
        first_owners.extracted_at,
        first_owners.load_seq,
        first_owners.run_id,
        first_owners.landed_file,
        first_owners.deal_id,
        first_owners.field,
        first_owners.old_value as value,
        beginnings.created_at as changed_at,
        0 as sequence
    from first_owners
    inner join beginnings on first_owners.deal_id = beginnings.record_id
    {%- if is_incremental() %}
    where first_owners.first_id not in (select staged.record_id from {{ this }} as staged)
    {%- endif %}

),

located as (

    select
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        false as is_deleted_in_source,
        run_id,
        landed_file,
        deal_id,
        field,
        changed_at,
        case field
            when 'forecast_category' then {{ salesforce_forecast_name("value") }} else value
        end as value
    from known
    where value is not null
    -- Of several changes within a second the last stands.
    qualify row_number() over (
        partition by deal_id, field, changed_at, landed_file
        order by sequence desc, load_seq desc
    ) = 1

),

{{ typed_versions("deal_field_history", ["deal_id", "field", "value", "changed_at"], "located") }}
