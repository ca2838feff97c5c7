with

visits as (

    select
        *,
        {{ elapsed_hours("entered_at", "coalesce(exited_at, " ~ as_of() ~ ")") }} as hours_observed
    from {{ ref("fct_stage_visits") }}

)

select
    source,
    pipeline_id,
    deal_id,
    stage_id,
    max(stage_name) as stage_name,
    max(stage_position) as stage_position,
    max(stage_kind) as stage_kind,
    count(*) as visits,
    min(entered_at) as first_entered_at,
    max(entered_at) as latest_entered_at,
    -- Only the last stay of all lasts.
    case when count(exited_at) = count(*) then max(exited_at) end as latest_exited_at,
    max_by(hours_observed, visit_number) as hours_in_latest_stay,
    sum(hours_observed) as hours_in_all_stays,
    count(exited_at) < count(*) as is_current
from visits
group by source, pipeline_id, deal_id, stage_id
