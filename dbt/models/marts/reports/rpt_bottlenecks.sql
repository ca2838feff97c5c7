with

episodes as (

    select * from {{ ref("int_bottleneck_episodes") }}

),

stays as (

    select * from {{ ref("int_bottleneck_stays") }}

),

usual_stays as (

    select * from {{ ref("int_bottleneck_usual_stays") }}

),

parts as (

    select * from {{ ref("int_bottleneck_parts") }}

),

drivers as (

    select * from {{ ref("int_bottleneck_drivers") }}
    where rank = 1

),

reps as (

    select * from {{ ref("dim_reps") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

pipelines as (

    select source, pipeline_id, min(pipeline_name) as pipeline_name
    from stages
    group by source, pipeline_id

),

held_up as (

    -- In the stage at the end of the last week in alarm, and longer than is usual there.
    select
        stays.bottleneck_id,
        count(*) as deals_affected,
        sum(stays.amount_reporting) as amount_at_stake_reporting
    from stays
    inner join usual_stays
        on
            stays.bottleneck_id = usual_stays.bottleneck_id
            and stays.stage_id = usual_stays.stage_id
    where stays.is_waiting and stays.days_waiting > usual_stays.usual_days
    group by stays.bottleneck_id

),

moves as (

    -- Deals that left or moved on, and those that would have at the usual pace; and what a deal
    -- that moves on is worth on average: its amount times its chance to be won.
    select
        stays.bottleneck_id,
        count(*) filter (
            where not stays.is_waiting and stays.exit_kind in ('advanced', 'won', 'lost')
        ) as left_deals,
        count(*) filter (
            where not stays.is_waiting and stays.exit_kind in ('advanced', 'won')
        ) as advanced_deals,
        sum(stays.usual_chance_to_leave) as usually_left_deals,
        sum(stays.usual_chance_to_advance) as usually_advanced_deals,
        avg(cast(stays.amount_reporting as double) * usual_stays.win_rate_after) as worth_of_a_move
    from stays
    inner join usual_stays
        on
            stays.bottleneck_id = usual_stays.bottleneck_id
            and stays.stage_id = usual_stays.stage_id
    group by stays.bottleneck_id

),

measured as (

    -- More than were there cannot have left, so the slow are counted deal by deal.
    select
        episodes.*,
        case episodes.kind when 'slow' then moves.left_deals else episodes.observed end
            as deals_observed,
        case episodes.kind when 'slow' then moves.usually_left_deals else episodes.expected end
            as deals_expected,
        greatest(
            case
                when episodes.kind = 'leaking'
                    then episodes.expected_advanced - episodes.observed_advanced
                else moves.usually_advanced_deals - moves.advanced_deals
            end, 0
        ) / episodes.window_weeks * moves.worth_of_a_move as cost_per_week_reporting
    from episodes
    left join moves on episodes.bottleneck_id = moves.bottleneck_id

),

described as (

    select
        episodes.*,
        pipelines.pipeline_name,
        coalesce(stages.stage_name, 'All stages') as stage_name,
        parts.part_of_bottleneck_id,
        coalesce(held_up.deals_affected, 0) as deals_affected,
        held_up.amount_at_stake_reporting,
        {{ segment_name("episodes", "reps") }} as segment_name,
        coalesce(
            {{ segment_name("drivers", "driving_reps") }}, driving_stages.stage_name
        ) as driver_name,
        drivers.segment_type as driver_segment_type,
        drivers.segment as driver_segment,
        drivers.observed as driver_observed,
        drivers.expected as driver_expected
    from measured as episodes
    inner join pipelines
        on
            episodes.source = pipelines.source
            and episodes.pipeline_id = pipelines.pipeline_id
    left join stages
        on
            not episodes.is_whole_pipeline
            and episodes.source = stages.source
            and episodes.pipeline_id = stages.pipeline_id
            and episodes.stage_id = stages.stage_id
    left join parts on episodes.bottleneck_id = parts.bottleneck_id
    left join held_up on episodes.bottleneck_id = held_up.bottleneck_id
    left join drivers on episodes.bottleneck_id = drivers.bottleneck_id
    left join reps
        on
            episodes.source = reps.source
            and episodes.segment_type = 'rep'
            and episodes.segment = reps.rep_id
    left join reps as driving_reps
        on
            episodes.source = driving_reps.source
            and drivers.segment_type = 'rep'
            and drivers.segment = driving_reps.rep_id
    left join stages as driving_stages
        on
            drivers.segment_type = 'stage'
            and episodes.source = driving_stages.source
            and episodes.pipeline_id = driving_stages.pipeline_id
            and drivers.segment = driving_stages.stage_id

)

select
    bottleneck_id,
    source,
    pipeline_id,
    pipeline_name,
    stage_id,
    stage_name,
    segment_type,
    segment,
    segment_name,
    kind,
    began_on,
    opened_on,
    resolved_on,
    case
        when ratio < 0.4 then 'critical'
        when ratio < 0.55 then 'high'
        else 'medium'
    end as severity,
    part_of_bottleneck_id,
    deals_affected,
    cast(amount_at_stake_reporting as decimal(18, 4)) as amount_at_stake_reporting,
    cast(cost_per_week_reporting as decimal(18, 4)) as cost_per_week_reporting,
    last_alarm_date,
    cast(window_weeks as integer) as window_weeks,
    cast(deals_observed as bigint) as deals_observed,
    deals_expected,
    ratio,
    score,
    threshold,
    case
        when score >= 3 * threshold then 'very sure'
        when score >= 1.5 * threshold then 'sure'
        when score >= threshold then 'likely'
        else 'fading'
    end as certainty,
    driver_segment_type,
    driver_segment,
    driver_name,
    case
        when driver_name is null and segment_type = 'all'
            then 'Spread evenly: no team, rep, region, lead source or account size stands out.'
        when driver_name is null
            then segment_name || ' as a whole: nobody and nothing in it stands out.'
        else
            driver_name || ': '
            || case kind
                when 'slow'
                    then
                        'deals leave at '
                        || {{ rounded_text("100 * driver_observed / nullif(driver_expected, 0)") }}
                        || '% of the usual pace.'
                when 'leaking'
                    then
                        {{ rounded_text("driver_observed") }} || ' deals moved on in '
                        || {{ rounded_text("window_weeks") }} || ' weeks where '
                        || {{ rounded_text("driver_expected") }}
                        || ' of those that left would have before.'
                else
                    {{ rounded_text("driver_observed") }} || ' deals left in '
                    || {{ rounded_text("window_weeks") }} || ' weeks where '
                    || {{ rounded_text("driver_expected") }} || ' should have to keep up.'
            end
    end as drivers,
    case kind
        when 'slow' then
            'Ask what holds deals up in ' || stage_name || ' for '
            || coalesce(driver_name, segment_name, 'everyone')
            || ' (approvals, paperwork, people missing), and move the deals of the list first.'
        when 'leaking' then
            'Read the loss reasons of the last weeks in ' || stage_name || ' for '
            || coalesce(driver_name, segment_name, 'everyone')
            || ', and call the largest deals that are still there before they go, too.'
        else
            'More deals come into ' || stage_name || ' than leave it for '
            || coalesce(driver_name, segment_name, 'everyone')
            || ': lend people from where work is done, or qualify more strictly before this stage.'
    end as actions
from described
