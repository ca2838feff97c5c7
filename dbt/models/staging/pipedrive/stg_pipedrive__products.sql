-- The list price is the first of the prices that a product has, one per currency.
with

landed as (

    {{ landings_to_stage("pipedrive", "products") }}

),

prices as (

    {{ json_items("landed", "prices", {"list_price": "price", "currency": "currency"}, {}) }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", ["id", "name", "category"]) }} as fields
    from landed

),

located as (

    select
        parsed.record_id,
        parsed.source_updated_at,
        parsed.extracted_at,
        parsed.load_seq,
        parsed.is_deleted_in_source,
        parsed.run_id,
        parsed.landed_file,
        prices.list_price,
        prices.currency,
        {{ json_leaf("parsed.fields", "id") }} as product_id,
        {{ json_leaf("parsed.fields", "name") }} as name,
        nullif({{ json_leaf("parsed.fields", "category") }}, '') as family
    from parsed
    left join prices
        on
            parsed.record_id = prices.record_id
            and parsed.landed_file = prices.landed_file
            and parsed.load_seq = prices.load_seq
            and prices.item_position = 0

),

{{ typed_versions(
    "products", ["product_id", "name", "family", "list_price", "currency"], "located"
) }}
