-- Of a conversion Salesforce tells the day. A lead that was last edited on that day was so by its
-- conversion (nobody edits one that is converted); else it is the end of the day: never before what
-- happened to the lead on that day, and after the conversion that its history may tell.
{%- set paths = {
    "lead_id": "Id",
    "created_at": "CreatedDate",
    "status": "Status",
    "email": "Email",
    "source": "LeadSource",
    "rep_id": "OwnerId",
    "company": "Company",
    "job_title": "Title",
    "industry": "Industry",
    "employee_count": "NumberOfEmployees",
    "country": "Country",
    "converted_deal_id": "ConvertedOpportunityId",
    "updated_at": "SystemModstamp",
} %}
{%- do paths.update(own_fields("salesforce", "leads")) %}
with

landed as (

    {{ landings_to_stage("salesforce", "lead") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", paths.values() | list + ["ConvertedDate", "LastModifiedDate"]) }}
            as fields
    from landed

),

located as (

    select
        {{ version_columns(staged=true) }},
        {% for name, path in paths.items() -%}
        nullif({{ json_leaf("fields", path) }}, '') as {{ name }},
        {% endfor -%}
        {% if "converted_at" not in paths -%}
        case
            when
                {{ json_leaf("fields", "ConvertedDate") }}
                = left({{ json_leaf("fields", "LastModifiedDate") }}, 10)
                then {{ json_leaf("fields", "LastModifiedDate") }}
            when nullif({{ json_leaf("fields", "ConvertedDate") }}, '') is not null
                then concat({{ json_leaf("fields", "ConvertedDate") }}, 'T23:59:59')
        end as converted_at
        {%- endif %}
    from parsed

),

{{ typed_versions("leads", paths.keys() | list + ["converted_at"], "located") }}
