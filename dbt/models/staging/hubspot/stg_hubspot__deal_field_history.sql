-- The histories of four properties come with every version of a deal.
{%- set fields = {
    "amount": "amount",
    "closedate": "expected_close_date",
    "hubspot_owner_id": "rep_id",
    "hs_manual_forecast_category": "forecast_category",
} %}
with

landed as (

    {{ landings_to_stage("hubspot", "deals") }}

),

{% for property, field in fields.items() -%}
{{ field }}_changes as (

    {{ json_items(
        "landed",
        "propertiesWithHistory." ~ property,
        {"value": "value", "changed_at": "timestamp"},
        {"deal_id": "id"},
    ) }}

),

{% endfor -%}
changes as (
{% for field in fields.values() %}
    select
        *,
        '{{ field }}' as field
    from {{ field }}_changes
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

located as (

    select
        concat(deal_id, '|', field, '|', changed_at) as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        false as is_deleted_in_source,
        run_id,
        landed_file,
        deal_id,
        field,
        value,
        changed_at
    from changes

),

{{ typed_versions("deal_field_history", ["deal_id", "field", "value", "changed_at"], "located") }}
