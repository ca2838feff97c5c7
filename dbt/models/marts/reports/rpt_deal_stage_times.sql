{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh(also='latest_exited_at is null') }}",
) }}
-- Of a deal that nothing happened to, only the stay that lasts has become longer.
{% set key = ["source", "pipeline_id", "deal_id", "stage_id"] -%}
{% set is_lasting -%}
({{ key | join(", ") }}) in (
        select {{ key | join(", ") }} from {{ ref("fct_stage_visits") }}
        where exited_at is null
    )
{%- endset -%}
with

visits as {{ read_anew() if not refreshes_changed_deals_only() }} (

    select
        *,
        {{ elapsed_hours("entered_at", "coalesce(exited_at, " ~ as_of() ~ ")") }} as hours_observed
    from {{ rows_to_refresh(ref("fct_stage_visits"), also=is_lasting) }}

),

re_entered as (

    -- Most deals are in a stage once: only the other stays have to be gathered.
    select source, pipeline_id, deal_id, stage_id
    from visits
    where is_reentry
    group by source, pipeline_id, deal_id, stage_id

),

stayed_once as (

    select
        visits.source,
        visits.pipeline_id,
        visits.deal_id,
        visits.stage_id,
        visits.stage_name,
        visits.stage_position,
        visits.stage_kind,
        cast(1 as bigint) as visits,
        visits.entered_at as first_entered_at,
        visits.entered_at as latest_entered_at,
        visits.exited_at as latest_exited_at,
        visits.hours_observed as hours_in_latest_stay,
        visits.hours_observed as hours_in_all_stays,
        visits.exited_at is null as is_current
    from visits
    left join re_entered
        on
            visits.source = re_entered.source
            and visits.pipeline_id = re_entered.pipeline_id
            and visits.deal_id = re_entered.deal_id
            and visits.stage_id = re_entered.stage_id
    where re_entered.deal_id is null

),

came_back as (

    select
        visits.source,
        visits.pipeline_id,
        visits.deal_id,
        visits.stage_id,
        max(visits.stage_name) as stage_name,
        max(visits.stage_position) as stage_position,
        max(visits.stage_kind) as stage_kind,
        count(*) as visits,
        min(visits.entered_at) as first_entered_at,
        max(visits.entered_at) as latest_entered_at,
        -- Only the last stay of all lasts.
        case when count(visits.exited_at) = count(*) then max(visits.exited_at) end
            as latest_exited_at,
        max_by(visits.hours_observed, visits.visit_number) as hours_in_latest_stay,
        sum(visits.hours_observed) as hours_in_all_stays,
        count(visits.exited_at) < count(*) as is_current
    from visits
    inner join re_entered
        on
            visits.source = re_entered.source
            and visits.pipeline_id = re_entered.pipeline_id
            and visits.deal_id = re_entered.deal_id
            and visits.stage_id = re_entered.stage_id
    group by visits.source, visits.pipeline_id, visits.deal_id, visits.stage_id

)

select * from stayed_once
union all
select * from came_back
