-- The deal and the contact of an activity: of several the first.
{%- set associations = {"activity_deals": "deal", "activity_contacts": "lead"} %}
with

{% for table in associations -%}
landed_{{ table }} as (

    {{ landings_to_stage("hubspot", table) }}

),

{{ table }} as (

    {{ json_items(
        "landed_" ~ table, "to", {"linked_id": "toObjectId"}, {"activity_id": "from.id"}
    ) }}

),

{% endfor -%}
located as (
{% for table, kind in associations.items() %}
    select
        concat(record_id, '|{{ kind }}') as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        activity_id,
        '{{ kind }}' as kind,
        linked_id
    from {{ table }}
    where item_position = 0
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

{{ typed_versions("activity_links", ["activity_id", "kind", "linked_id"], "located") }}
