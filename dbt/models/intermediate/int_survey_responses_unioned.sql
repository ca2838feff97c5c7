with

newest as (

    {{ newest_versions("survey_responses") }}

)

select
    source,
    response_id,
    answered_at,
    score,
    survey,
    audience,
    account_id,
    rep_id,
    comment,
    unreadable_fields
from newest
where
    answered_at <= {{ as_of() }}
    and not (is_deleted_in_source and source_updated_at <= {{ as_of() }})
