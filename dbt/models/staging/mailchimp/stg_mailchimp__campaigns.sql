-- A campaign begins with its send, and costs nothing that Mailchimp would know of.
with

landed as (

    {{ landings_to_stage("mailchimp", "campaigns") }}

),

{% set paths = {
    "campaign_id": "id",
    "title": "settings.title",
    "subject_line": "settings.subject_line",
    "started_on": "send_time",
} -%}
parsed as (

    select
        {{ version_columns() }},
        {{ json_structure("payload", dict.fromkeys(paths.values(), "text")) }} as fields
    from landed

),

texts as (

    select
        {{ version_columns(staged=true) }}
        {%- for name, path in paths.items() %},
        nullif({{ json_leaf("fields", path) }}, '') as {{ name }}
        {%- endfor %}
    from parsed

),

located as (

    select
        *,
        coalesce(title, subject_line) as name,
        'email' as channel
    from texts

),

{{ typed_versions("campaigns", ["campaign_id", "name", "channel", "started_on"], "located") }}
