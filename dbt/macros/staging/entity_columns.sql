{#
    The columns of every entity of the `files` contract and how each is read: the one home of types
    in SQL. Sources that bring the same shape (files, demo) are staged from it, and int_*_unioned
    asks every other source for these columns.
#}
{% macro entity_columns(entity) -%}
    {%- set entities = {
        "accounts": {
            "account_id": "text", "name": "text", "industry": "text", "employee_count": "integer",
            "annual_revenue": "money", "country": "text", "parent_account_id": "text",
            "created_at": "timestamp",
        },
        "reps": {
            "rep_id": "text", "name": "text", "email": "text", "team": "text", "manager_id": "text",
            "region": "text", "is_active": "boolean", "hired_on": "date",
        },
        "products": {
            "product_id": "text", "name": "text", "family": "text", "list_price": "money",
            "currency": "currency",
        },
        "stages": {
            "pipeline_id": "text", "pipeline_name": "text", "stage_id": "text", "stage_name": "text",
            "position": "integer", "kind": "text", "default_probability": "number",
            "canonical_stage": "text",
        },
        "deals": {
            "deal_id": "text", "stage_id": "text", "name": "text", "pipeline_id": "text",
            "account_id": "text", "rep_id": "text", "amount": "money", "currency": "currency",
            "created_at": "timestamp", "expected_close_date": "date", "closed_at": "timestamp",
            "forecast_category": "text", "loss_reason": "text", "competitor": "text",
            "lead_id": "text", "lead_source": "text", "campaign_id": "text", "product_id": "text",
            "deal_type": "text", "budget": "text", "authority": "text", "need": "text",
            "timeline": "text", "is_deleted": "boolean", "deleted_at": "timestamp",
            "merged_into_deal_id": "text", "merged_at": "timestamp", "updated_at": "timestamp",
        },
        "deal_stage_history": {
            "deal_id": "text", "stage_id": "text", "entered_at": "timestamp", "pipeline_id": "text",
            "sequence": "integer", "changed_by": "text",
        },
        "deal_field_history": {
            "deal_id": "text", "field": "text", "value": "text", "changed_at": "timestamp",
        },
        "leads": {
            "lead_id": "text", "created_at": "timestamp", "status": "text", "email": "email",
            "source": "text", "campaign_id": "text", "rep_id": "text", "company": "text",
            "job_title": "text", "industry": "text", "employee_count": "integer", "country": "text",
            "converted_at": "timestamp", "converted_deal_id": "text", "updated_at": "timestamp",
        },
        "lead_status_history": {
            "lead_id": "text", "status": "text", "changed_at": "timestamp",
        },
        "activities": {
            "activity_id": "text", "kind": "text", "occurred_at": "timestamp", "deal_id": "text",
            "lead_id": "text", "rep_id": "text", "duration_minutes": "number", "outcome": "text",
            "objection": "text",
        },
        "campaigns": {
            "campaign_id": "text", "name": "text", "channel": "text", "started_on": "date",
            "ended_on": "date", "budget": "money", "currency": "currency",
        },
        "campaign_spend": {
            "campaign_id": "text", "spend_date": "date", "spend": "money", "currency": "currency",
            "impressions": "integer", "clicks": "integer",
        },
        "touchpoints": {
            "touchpoint_id": "text", "occurred_at": "timestamp", "kind": "text", "channel": "text",
            "campaign_id": "text", "lead_id": "text", "account_id": "text", "deal_id": "text",
            "content_id": "text", "experiment_id": "text", "variant": "text",
        },
        "content": {
            "content_id": "text", "title": "text", "kind": "text", "buyer_stage": "text",
        },
        "experiments": {
            "experiment_id": "text", "name": "text", "surface": "text", "metric": "text",
            "started_on": "date", "planned_share": "number",
        },
        "survey_responses": {
            "response_id": "text", "answered_at": "timestamp", "score": "number", "survey": "text",
            "audience": "text", "account_id": "text", "rep_id": "text", "comment": "text",
        },
        "orders": {
            "order_id": "text", "account_id": "text", "ordered_at": "timestamp", "amount": "money",
            "currency": "currency", "deal_id": "text",
        },
        "quotas": {
            "period_start": "date", "period_end": "date", "amount": "money", "currency": "currency",
            "rep_id": "text", "team": "text",
        },
        "fx_rates": {
            "rate_date": "date", "currency": "currency", "rate_to_reporting": "number",
        },
    } -%}
    {#- What a CRM keeps apart from its records; an export has it in their columns. -#}
    {%- do entities.update({
        "deal_links": {
            "deal_id": "text", "kind": "text", "linked_id": "text", "linked_at": "timestamp",
        },
        "activity_links": {"activity_id": "text", "kind": "text", "linked_id": "text"},
        "lead_links": {
            "lead_id": "text", "kind": "text", "linked_id": "text", "linked_at": "timestamp",
        },
    }) -%}
    {#- Results that are no spend: read by whoever asks, and by no model yet. -#}
    {%- do entities.update({
        "web_results": {
            "property_id": "text", "result_date": "date", "time_zone": "text", "campaign_id": "text",
            "campaign_name": "text", "channel_group": "text", "sessions": "integer",
            "engaged_sessions": "integer", "key_events": "number", "ad_cost": "money",
            "currency": "currency", "ad_impressions": "integer", "ad_clicks": "integer",
        },
        "mailing_results": {
            "campaign_id": "text", "sent_at": "timestamp", "emails_sent": "integer",
            "opens": "integer", "unique_opens": "integer", "clicks": "integer",
            "unique_clicks": "integer", "unsubscribed": "integer", "hard_bounces": "integer",
            "soft_bounces": "integer", "abuse_reports": "integer",
        },
    }) -%}
    {{ return(entities[entity]) }}
{%- endmacro %}

{#
    The columns that a column becomes in staging, by name, with the type of each. Of an address of a
    person only a keyed hash and the domain are staged; addresses of our own reps are texts.
#}
{% macro staged_columns(column, type) -%}
    {%- if type == "email" -%}
    {{ return({column ~ "_hash": "email_hash", column ~ "_domain": "email_domain"}) }}
    {%- else -%}
    {{ return({staged_name(column): type}) }}
    {%- endif -%}
{%- endmacro %}

{# All columns of an entity in staging, by name, with their types. #}
{% macro staged_entity_columns(entity) -%}
    {%- set staged = {} -%}
    {%- for name, type in entity_columns(entity).items() -%}
        {%- do staged.update(staged_columns(name, type)) -%}
    {%- endfor -%}
    {{ return(staged) }}
{%- endmacro %}

{# `source` is the name of the CRM everywhere downstream, so a lead's own source is renamed. #}
{% macro staged_name(column) -%}
    {{ return("lead_source" if column == "source" else column) }}
{%- endmacro %}
