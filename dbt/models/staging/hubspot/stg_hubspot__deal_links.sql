-- What a deal belongs to: its company (the primary one, or the first), its contact (the first), the
-- products of its line items, and the deal that it was merged into, since when the history of the
-- winner names it.
{%- set associations = {"deal_companies": "account", "deal_contacts": "lead"} %}
with

{% for table in associations -%}
landed_{{ table }} as (

    {{ landings_to_stage("hubspot", table) }}

),

{{ table }} as (

    {{ json_items(
        "landed_" ~ table,
        "to",
        {"linked_id": "toObjectId", "association_types": "associationTypes"},
        {"deal_id": "from.id"},
    ) }}

),

{% endfor -%}
associated as (
{% for table, kind in associations.items() %}
    select
        *,
        '{{ kind }}' as kind
    from {{ table }}
    qualify row_number() over (
        partition by record_id, landed_file, load_seq
        -- A label in the list of types.
        order by case when association_types like '%"Primary"%' then 1 else 2 end, item_position
    ) = 1
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

landed_line_item_deals as (

    {{ landings_to_stage("hubspot", "line_item_deals") }}

),

line_item_deals as (

    {{ json_items(
        "landed_line_item_deals", "to", {"deal_id": "toObjectId"}, {"line_item_id": "from.id"}
    ) }}

),

line_item_deals_ever as (

    {{ json_items(
        landed("raw_hubspot", "line_item_deals"),
        "to",
        {"deal_id": "toObjectId"},
        {"line_item_id": "from.id"},
    ) }}

),

deal_of_line_item as (

    select
        line_item_id,
        max_by(deal_id, source_updated_at) as deal_id
    from line_item_deals_ever
    where item_position = 0
    group by line_item_id

),

landed_line_items as (

    {{ landings_to_stage("hubspot", "line_items") }}

),

-- A line item is of one product for good.
product_of_line_item as (

    select
        record_id as line_item_id,
        max({{ json_leaf("fields", "properties.hs_product_id") }}) as product_id
    from (
        select
            record_id,
            {{ json_structure("payload", {"properties.hs_product_id": "text"}) }} as fields
        from {{ landed("raw_hubspot", "line_items") }}
    ) as line_items
    group by record_id

),

ended_line_items as (

    select {{ version_columns() }}
    from landed_line_items
    where is_deleted

),

deals as (

    {{ landings_to_stage("hubspot", "deals") }}

),

mergers as (

    {{ json_items(
        "deals",
        "propertiesWithHistory.hs_merged_object_ids",
        {"loser_ids": "value", "merged_at": "timestamp"},
        {"winner_id": "id"},
    ) }}

),

losers as (

    {{ split_items("mergers", "loser_ids", "loser_id") }}

),

-- The history names a loser from its merge on, every time that another follows.
merged as (

    select * from losers
    qualify row_number() over (
        partition by loser_id, landed_file, record_id, load_seq order by merged_at
    ) = 1

),

located as (

    select
        concat(deal_id, '|', kind) as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        deal_id,
        kind,
        linked_id,
        cast(null as string) as linked_at
    from associated

    union all

    select
        concat(line_item_deals.line_item_id, '|product') as record_id,
        line_item_deals.source_updated_at,
        line_item_deals.extracted_at,
        line_item_deals.load_seq,
        line_item_deals.is_deleted_in_source,
        line_item_deals.run_id,
        line_item_deals.landed_file,
        line_item_deals.deal_id,
        'product' as kind,
        product_of_line_item.product_id as linked_id,
        cast(null as string) as linked_at
    from line_item_deals
    inner join product_of_line_item
        on line_item_deals.line_item_id = product_of_line_item.line_item_id
    where
        line_item_deals.item_position = 0
        and nullif(product_of_line_item.product_id, '') is not null

    union all

    select
        concat(ended_line_items.record_id, '|product') as record_id,
        ended_line_items.source_updated_at,
        ended_line_items.extracted_at,
        ended_line_items.load_seq,
        true as is_deleted_in_source,
        ended_line_items.run_id,
        ended_line_items.landed_file,
        deal_of_line_item.deal_id,
        'product' as kind,
        product_of_line_item.product_id as linked_id,
        cast(null as string) as linked_at
    from ended_line_items
    inner join deal_of_line_item on ended_line_items.record_id = deal_of_line_item.line_item_id
    inner join product_of_line_item
        on ended_line_items.record_id = product_of_line_item.line_item_id
    where nullif(product_of_line_item.product_id, '') is not null

    union all

    select
        concat(loser_id, '|merged_into') as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        false as is_deleted_in_source,
        run_id,
        landed_file,
        loser_id as deal_id,
        'merged_into' as kind,
        winner_id as linked_id,
        merged_at as linked_at
    from merged

),

{{ typed_versions("deal_links", ["deal_id", "kind", "linked_id", "linked_at"], "located") }}
