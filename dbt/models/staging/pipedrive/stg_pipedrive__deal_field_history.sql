-- The log has the changes; by the first of them is told what was before, and where there is none,
-- by the deal.
{%- set fields = {
    "value": "amount",
    "expected_close_date": "expected_close_date",
    "user_id": "rep_id",
    "owner_id": "rep_id",
} %}
with

{{ pipedrive_history(fields.keys() | list, {
    "amount": "deal.value",
    "expected_close_date": "deal.expected_close_date",
    "rep_id": "deal.owner_id",
}) }},

beginnings as (
{% for field in fields.values() | unique %}
    select
        states.source_updated_at,
        states.extracted_at,
        states.load_seq,
        states.run_id,
        states.landed_file,
        states.deal_id,
        states.add_time as changed_at,
        '{{ field }}' as field,
        case
            when first_changes.field is null then states.{{ field }} else first_changes.old_value
        end as value
    from states
    left join first_changes
        on
            states.record_id = first_changes.record_id
            and states.landed_file = first_changes.landed_file
            and states.load_seq = first_changes.load_seq
            and first_changes.field in (
                {%- for key, name in fields.items() if name == field -%}
                '{{ key }}'{{ ", " if not loop.last }}
                {%- endfor -%}
            )
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

known as (

    select
        concat(deal_id, '|', field, '|first') as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        run_id,
        landed_file,
        deal_id,
        field,
        value,
        changed_at
    from beginnings
    where value is not null

    union all

    select
        concat(
            deal_id,
            '|',
            case field
                {%- for key, name in fields.items() %}
                when '{{ key }}' then '{{ name }}'
                {%- endfor %}
            end,
            '|',
            changed_at
        ) as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        run_id,
        landed_file,
        deal_id,
        case field
            {%- for key, name in fields.items() %}
            when '{{ key }}' then '{{ name }}'
            {%- endfor %}
        end as field,
        new_value as value,
        changed_at
    from changes
    -- Of several changes within a second the last stands.
    qualify row_number() over (
        partition by record_id, landed_file, load_seq, field, changed_at order by place desc
    ) = 1

),

located as (

    select
        *,
        false as is_deleted_in_source
    from known

),

{{ typed_versions("deal_field_history", ["deal_id", "field", "value", "changed_at"], "located") }}
