-- A rep's team is the one that is marked as primary, or the only one.
with

landed as (

    {{ landings_to_stage("hubspot", "owners") }}

),

memberships as (

    {{ json_items("landed", "teams", {"team": "name", "is_primary": "primary"}, {}) }}

),

teams as (

    select
        record_id,
        landed_file,
        load_seq,
        coalesce(min(team) filter (where is_primary = 'true'), min(team)) as team
    from memberships
    group by record_id, landed_file, load_seq

),

parsed as (

    select
        {{ version_columns() }},
        {{ json_fields("payload", ["id", "email", "firstName", "lastName", "archived"]) }} as fields
    from landed

),

located as (

    select
        parsed.record_id,
        parsed.source_updated_at,
        parsed.extracted_at,
        parsed.load_seq,
        parsed.is_deleted_in_source,
        parsed.run_id,
        parsed.landed_file,
        teams.team,
        {{ json_leaf("parsed.fields", "id") }} as rep_id,
        {{ json_leaf("parsed.fields", "email") }} as email,
        nullif(trim(concat_ws(
            ' ',
            {{ json_leaf("parsed.fields", "firstName") }},
            {{ json_leaf("parsed.fields", "lastName") }}
        )), '') as name,
        case when {{ json_leaf("parsed.fields", "archived") }} = 'true' then 'false' else 'true' end
            as is_active
    from parsed
    left join teams
        on
            parsed.record_id = teams.record_id
            and parsed.landed_file = teams.landed_file
            and parsed.load_seq = teams.load_seq

),

{{ typed_versions("reps", ["rep_id", "name", "email", "team", "is_active"], "located") }}
