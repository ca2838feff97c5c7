{#
    The entities that a source over an API brings. The others land the shape of the `files` contract,
    with every entity of it, be it empty.
#}
{% macro api_source_entities() -%}
    {{ return({
        "ga4": [],
        "google_ads": ["campaigns", "campaign_spend"],
        "hubspot": [
            "accounts", "reps", "products", "stages", "deals", "deal_stage_history",
            "deal_field_history", "deal_links", "leads", "lead_status_history", "activities",
            "activity_links", "campaigns", "campaign_spend", "touchpoints", "content",
        ],
        "linkedin_ads": ["campaigns", "campaign_spend"],
        "mailchimp": ["campaigns"],
        "meta_ads": ["campaigns", "campaign_spend"],
        "pipedrive": [
            "accounts", "reps", "products", "stages", "deals", "deal_stage_history",
            "deal_field_history", "deal_links", "activities",
        ],
        "salesforce": [
            "accounts", "reps", "products", "stages", "deals", "deal_stage_history",
            "deal_field_history", "deal_links", "leads", "lead_links", "lead_status_history",
            "activities", "campaigns", "touchpoints",
        ],
        "tryton": [
            "accounts", "reps", "campaigns", "stages", "deals", "deal_stage_history",
            "deal_field_history",
        ],
    }) }}
{%- endmacro %}

{# The configured sources that bring an entity. #}
{% macro sources_of(entity) -%}
    {%- set found = [] -%}
    {%- for source_name in configured_sources() -%}
        {%- set brought = api_source_entities().get(source_name, []) -%}
        {%- set is_export = source_name not in api_source_entities() -%}
        {%- if entity in brought or (is_export and not entity.endswith("_links")) -%}
            {%- do found.append(source_name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# No rows of an entity, in the columns that staging gives it: of what no configured source brings. #}
{% macro no_versions(entity) -%}
    select
        {{ typed_null("text") }} as source,
        {{ typed_null("text") }} as record_id,
        {{ typed_null("timestamp") }} as source_updated_at,
        {{ typed_null("timestamp") }} as extracted_at,
        {{ typed_null("integer") }} as load_seq,
        {{ typed_null("boolean") }} as is_deleted_in_source,
        {{ typed_null("text") }} as unreadable_fields
        {%- for name, type in staged_entity_columns(entity).items() %},
        {{ typed_null(type) }} as {{ name }}
        {%- endfor %}
    where false
{%- endmacro %}
