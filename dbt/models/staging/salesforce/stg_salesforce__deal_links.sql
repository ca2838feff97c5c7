-- Leads that became opportunities, and the products of these: neither is named by the opportunity.
{%- set links = {
    "lead": ["lead", "ConvertedOpportunityId", "Id"],
    "product": ["opportunity_line_item", "OpportunityId", "Product2Id"],
} %}
with

{% for kind, (table, deal, linked) in links.items() -%}
landed_{{ kind }} as (

    {{ landings_to_stage("salesforce", table) }}

),

parsed_{{ kind }} as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", [deal, linked]) }} as fields
    from landed_{{ kind }}

),

{% endfor -%}
located as (
{% for kind, (table, deal, linked) in links.items() %}
    select
        concat(record_id, '|{{ kind }}') as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        is_deleted_in_source,
        run_id,
        landed_file,
        {{ json_leaf("fields", deal) }} as deal_id,
        '{{ kind }}' as kind,
        {{ json_leaf("fields", linked) }} as linked_id
    from parsed_{{ kind }}
    where
        nullif({{ json_leaf("fields", deal) }}, '') is not null
        and nullif({{ json_leaf("fields", linked) }}, '') is not null
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

{{ typed_versions("deal_links", ["deal_id", "kind", "linked_id"], "located") }}
