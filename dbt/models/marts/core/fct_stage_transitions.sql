{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
with

changes as (

    select * from {{ rows_to_refresh(ref("int_deal_stage_changes")) }}

)

select
    source,
    pipeline_id,
    deal_id,
    cast(transition_number as integer) as transition_number,
    coalesce(from_pipeline_id, pipeline_id) as from_pipeline_id,
    from_stage_id,
    stage_id as to_stage_id,
    entered_at as transitioned_at,
    {{ business_date("entered_at") }} as transitioned_date,
    -- A deal that was deleted and restored was not in its stage in between.
    {{ elapsed_hours("from_entered_at", "coalesce(absent_since, entered_at)") }}
        as hours_in_from_stage,
    direction,
    cast(stages_skipped as integer) as stages_skipped,
    is_inferred_history
from changes
