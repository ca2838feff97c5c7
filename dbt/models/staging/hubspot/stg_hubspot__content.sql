-- What marketing made and people react to: its e-mails and its forms.
{%- set tables = {"marketing_emails": ("email", "subject"), "forms": ("form", "name")} %}
with

{% for table in tables -%}
landed_{{ table }} as (

    {{ landings_to_stage("hubspot", table) }}

),

parsed_{{ table }} as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", ["id", "name", "subject"]) }} as fields
    from landed_{{ table }}

),

{% endfor -%}
located as (
{% for table, (kind, title) in tables.items() %}
    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "id") }} as content_id,
        coalesce(
            nullif({{ json_leaf("fields", title) }}, ''),
            nullif({{ json_leaf("fields", "name") }}, '')
        ) as title,
        '{{ kind }}' as kind
    from parsed_{{ table }}
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

{{ typed_versions("content", ["content_id", "title", "kind"], "located") }}
