-- The products of deals, which these do not name.
with

landed as (

    {{ landings_to_stage("pipedrive", "deal_products") }}

),

products as (

    {{ json_items(
        "landed",
        "products",
        {"linked_id": "product_id", "is_enabled": "is_enabled"},
        {"deal_id": "deal_id"},
    ) }}

),

-- A deal over several products is not one of any.
counted as (

    select
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        deal_id,
        case when count(distinct linked_id) = 1 then max(linked_id) end as linked_id
    from products
    where linked_id is not null and coalesce(is_enabled, 'true') = 'true'
    group by all

),

located as (

    select
        concat(deal_id, '|product') as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        deal_id,
        'product' as kind,
        linked_id
    from counted

),

{{ typed_versions("deal_links", ["deal_id", "kind", "linked_id"], "located") }}
