-- What a deal belongs to: its company (the primary one, or the first), its contact (the first), and
-- the deal that it was merged into, since when the history of the winner names it.
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
