{# A time of Pipedrive's as ISO 8601: the first version of its API does not say that it is UTC. #}
{% macro pipedrive_time(text) -%}
    case
        when {{ text }} like '%Z' then {{ text }}
        when {{ text }} is not null then concat(replace({{ text }}, ' ', 'T'), 'Z')
    end
{%- endmacro %}

{#
    Won and lost are no stages of Pipedrive's but statuses of a deal; here each pipeline has a stage
    of its own for either.
#}
{% macro pipedrive_stage(status, stage_id, pipeline_id) -%}
    case
        when {{ status }} in ('won', 'lost') then concat({{ status }}, '-', {{ pipeline_id }})
        else {{ stage_id }}
    end
{%- endmacro %}

{# Of a deleted deal only its times still tell whether it was won or lost. #}
{% macro pipedrive_status(status, close_time, lost_time) -%}
    case
        when {{ status }} in ('open', 'won', 'lost') then {{ status }}
        when {{ close_time }} is null then 'open'
        when {{ lost_time }} >= {{ close_time }} then 'lost'
        else 'won'
    end
{%- endmacro %}

{#
    The first steps of staging a deal's history, CTEs up to
    `states`: the deal as it was when its log was read, per landed version;
    `changes`: the entries of the log about some fields, oldest first by `changed_at` and `place`;
    `first_changes`: of every field the first of them, which tells what was before.
    `values` says which values of the deal come along, by the names that they get.
#}
{% macro pipedrive_history(fields, values) -%}
landed as (

    {{ landings_to_stage("pipedrive", "deal_changelogs") }}

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_structure("payload", dict.fromkeys(
            ["deal.id", "deal.add_time"] + values.values() | list, "text"
        )) }} as fields
    from landed

),

states as (

    select
        {{ version_columns(staged=true) }},
        {{ json_leaf("fields", "deal.id") }} as deal_id,
        {{ pipedrive_time(json_leaf("fields", "deal.add_time")) }} as add_time
        {%- for name, path in values.items() %},
        nullif({{ json_leaf("fields", path) }}, '') as {{ name }}
        {%- endfor %}
    from parsed

),

log_entries as (

    {{ json_items(
        "landed",
        "changes",
        {
            "field": "field_key",
            "old_value": "old_value",
            "new_value": "new_value",
            "told_at": "time",
            "changed_by": "actor_user_id",
        },
        {"deal_id": "deal.id"},
    ) }}

),

-- The log has its newest entry first.
changes as (

    select
        *,
        {{ pipedrive_time("told_at") }} as changed_at,
        -item_position as place
    from log_entries
    where field in ('{{ fields | join("', '") }}') and told_at is not null

),

first_changes as (

    select * from changes
    qualify row_number() over (
        partition by record_id, landed_file, load_seq, field order by changed_at, place
    ) = 1

)
{%- endmacro %}
