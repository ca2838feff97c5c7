{%- set p = deal_health_parameters() -%}
with

deals as (

    select * from {{ ref("fct_deals") }}
    where status = 'open'

),

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open' and exited_date is null

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

reps as (

    select * from {{ ref("dim_reps") }}

),

chances as (

    select * from {{ ref("int_stage_win_chances") }}

),

won_days as (

    select * from {{ ref("int_stage_won_days") }}
    where won_stays >= {{ p.minimum_won }}

),

activities as (

    select
        source,
        deal_id,
        max({{ business_date("occurred_at") }}) as last_activity_date
    from {{ ref("int_activities_unioned") }}
    where deal_id is not null
    group by source, deal_id

),

planned_activities as (

    select
        source,
        deal_id,
        min({{ business_date("planned_at") }}) as next_activity_date
    from {{ ref("int_planned_activities") }}
    where deal_id is not null
    group by source, deal_id

),

sources_with_plans as (

    select distinct source
    from planned_activities

),

sources_with_activities as (

    select distinct source
    from activities

),

usual_days as (

    -- The day by which most stays of won deals were over.
    select
        source,
        pipeline_id,
        stage_id,
        max(longest_days) as longest_days,
        min(case when share_over >= {{ p.rotting_share }} then days_in_stage end) as usual_days
    from won_days
    group by source, pipeline_id, stage_id

),

aged as (

    select
        deals.*,
        visits.entered_date as entered_stage_date,
        {{ days_between_dates("visits.entered_date", as_of_date()) }} as days_in_stage,
        activities.last_activity_date,
        sources_with_activities.source is not null as has_activities,
        planned_activities.next_activity_date,
        -- A source that keeps no plans says nothing about a deal without one.
        sources_with_plans.source is not null
        and planned_activities.next_activity_date is null as has_no_next_step
    from deals
    left join visits on deals.source = visits.source and deals.deal_id = visits.deal_id
    left join activities on deals.source = activities.source and deals.deal_id = activities.deal_id
    left join sources_with_activities on deals.source = sources_with_activities.source
    left join planned_activities
        on deals.source = planned_activities.source and deals.deal_id = planned_activities.deal_id
    left join sources_with_plans on deals.source = sources_with_plans.source

),

judged as (

    select
        aged.*,
        usual_days.usual_days,
        coalesce(won_days.share_over, 0) as share_of_won_stays_over,
        chances.expected_win_rate,
        -- The greatest of null and 0 is 0.
        case
            when aged.days_in_stage - usual_days.usual_days is not null
                then greatest(aged.days_in_stage - usual_days.usual_days, 0)
        end as overdue_days,
        coalesce(aged.days_in_stage > usual_days.usual_days, false) as is_rotting,
        coalesce(aged.expected_close_date < {{ as_of_date() }}, false) as is_close_date_past,
        aged.push_count >= {{ p.pushes }} as is_pushed_often,
        -- A source that has no activities at all says nothing about a deal without one.
        aged.has_activities
        and {{ days_between_dates(
            "coalesce(aged.last_activity_date, aged.created_date)", as_of_date()
        ) }} > {{ p.quiet_days }} as is_quiet
    from aged
    left join usual_days
        on
            aged.source = usual_days.source
            and aged.pipeline_id = usual_days.pipeline_id
            and aged.stage_id = usual_days.stage_id
    left join won_days
        on
            aged.source = won_days.source
            and aged.pipeline_id = won_days.pipeline_id
            and aged.stage_id = won_days.stage_id
            -- The least of null and a number is the number.
            and aged.days_in_stage is not null
            and least(aged.days_in_stage, usual_days.longest_days) = won_days.days_in_stage
    left join chances
        on
            aged.source = chances.source
            and aged.pipeline_id = chances.pipeline_id
            and aged.stage_id = chances.stage_id
            and aged.days_in_stage is not null
            and {{ age_band("aged.days_in_stage") }} = chances.age_band

)

select
    judged.source,
    judged.pipeline_id,
    judged.deal_id,
    judged.deal_name,
    judged.rep_id,
    reps.rep_name,
    judged.team,
    judged.stage_id,
    stages.stage_name,
    judged.amount_reporting,
    judged.entered_stage_date,
    cast(judged.days_in_stage as integer) as days_in_stage,
    cast(judged.usual_days as integer) as usual_days,
    cast(judged.overdue_days as integer) as overdue_days,
    judged.expected_close_date,
    judged.push_count,
    judged.last_activity_date,
    judged.next_activity_date,
    judged.is_rotting,
    judged.is_close_date_past,
    judged.is_pushed_often,
    coalesce(judged.is_quiet, false) as is_quiet,
    judged.has_no_next_step,
    nullif(
        concat_ws(
            '; ',
            case
                when judged.is_rotting
                    then
                        'in the stage for ' || {{ rounded_text("judged.days_in_stage") }}
                        || ' days, where most deals that are won stay at most '
                        || {{ rounded_text("judged.usual_days") }}
            end,
            case
                when judged.is_close_date_past
                    then
                        'should have closed '
                        || {{ rounded_text(
                            days_between_dates("judged.expected_close_date", as_of_date())
                        ) }} || ' days ago'
            end,
            case
                when judged.is_pushed_often
                    then 'close date moved ' || {{ rounded_text("judged.push_count") }} || ' times'
            end,
            case
                when judged.is_quiet and judged.last_activity_date is null
                    then 'no activity at all'
                when judged.is_quiet
                    then
                        'no activity for '
                        || {{ rounded_text(
                            days_between_dates("judged.last_activity_date", as_of_date())
                        ) }} || ' days'
            end,
            case when judged.has_no_next_step then 'no next step' end
        ), ''
    ) as reasons,
    judged.expected_win_rate,
    cast(judged.amount_reporting as double)
    * judged.expected_win_rate
    * judged.share_of_won_stays_over as priority
from judged
left join stages
    on
        judged.source = stages.source
        and judged.pipeline_id = stages.pipeline_id
        and judged.stage_id = stages.stage_id
left join reps on judged.source = reps.source and judged.rep_id = reps.rep_id
