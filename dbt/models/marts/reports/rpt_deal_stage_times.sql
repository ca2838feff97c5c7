with

visits as (

    select
        *,
        {{ elapsed_hours("entered_at", "coalesce(exited_at, " ~ as_of() ~ ")") }} as hours_observed,
        row_number() over (
            partition by source, deal_id, pipeline_id, stage_id order by visit_number desc
        ) = 1 as is_latest
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
    max(entered_at) filter (where is_latest) as latest_entered_at,
    max(exited_at) filter (where is_latest) as latest_exited_at,
    max(hours_observed) filter (where is_latest) as hours_in_latest_stay,
    sum(hours_observed) as hours_in_all_stays,
    bool_or(exited_at is null) as is_current
from visits
group by source, pipeline_id, deal_id, stage_id
