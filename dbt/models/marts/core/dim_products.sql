-- Products that a deal names and the source does not list are inferred members.
with

products as (

    select * from {{ ref("int_products_unioned") }}

),

used as (

    select distinct source, product_id
    from {{ ref("int_deals_unioned") }}
    where product_id is not null

),

missing as (

    {{ missing_members("used", "products", "product_id") }}

),

members as (

    select
        source,
        product_id,
        coalesce(name, product_id) as product_name,
        coalesce(family, 'unknown') as product_family,
        list_price,
        coalesce(currency, '{{ reporting_currency() }}') as currency,
        is_deleted,
        false as is_inferred_member
    from products

    union all

    select
        source,
        product_id,
        product_id as product_name,
        'unknown' as product_family,
        null as list_price,
        '{{ reporting_currency() }}' as currency,
        false as is_deleted,
        true as is_inferred_member
    from missing

)

select * from members
