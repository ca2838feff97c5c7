with

episodes as (

    select * from {{ ref("int_bottleneck_episodes") }}

),

drivers as (

    select * from {{ ref("int_bottleneck_drivers") }}

),

visits as (

    select * from {{ ref("fct_stage_visits") }}

),

deals as (

    select * from {{ ref("fct_deals") }}

),

reps as (

    select * from {{ ref("dim_reps") }}

),

stages as (

    select * from {{ ref("dim_pipeline_stages") }}

),

usual_stays as (

    select
        episodes.bottleneck_id,
        median(visits.hours_in_stage) as usual_hours
    from episodes
    inner join visits
        on
            episodes.source = visits.source
            and episodes.pipeline_id = visits.pipeline_id
            and episodes.stage_id = visits.stage_id
            and visits.exited_date
            between episodes.baseline_start_date and episodes.baseline_end_date
            and visits.exit_kind in ('advanced', 'won')
    group by episodes.bottleneck_id

),

held_up as (

    -- In the stage at the end of the last week in alarm, and longer than is usual there.
    select
        episodes.bottleneck_id,
        count(*) as deals_affected,
        sum(deals.amount_reporting) as amount_at_stake_reporting,
        avg(deals.amount_reporting) as average_amount_reporting
    from episodes
    inner join usual_stays on episodes.bottleneck_id = usual_stays.bottleneck_id
    inner join visits
        on
            episodes.source = visits.source
            and episodes.pipeline_id = visits.pipeline_id
            and episodes.stage_id = visits.stage_id
            and visits.entered_date <= episodes.last_alarm_date
            and coalesce(visits.exited_date > episodes.last_alarm_date, true)
    inner join deals on visits.source = deals.source and visits.deal_id = deals.deal_id
    where
        {{ days_between_dates("visits.entered_date", "episodes.last_alarm_date") }} * 24
        > usual_stays.usual_hours
    group by episodes.bottleneck_id

),

win_rates as (

    -- Of the closed deals that were ever in the stage, the share that was won.
    select
        episodes.bottleneck_id,
        cast(count(distinct visits.deal_id) filter (where deals.status = 'won') as double)
        / count(distinct visits.deal_id) as win_rate
    from episodes
    inner join visits
        on
            episodes.source = visits.source
            and episodes.pipeline_id = visits.pipeline_id
            and episodes.stage_id = visits.stage_id
    inner join deals on visits.source = deals.source and visits.deal_id = deals.deal_id
    where deals.status in ('won', 'lost')
    group by episodes.bottleneck_id

),

described as (

    select
        episodes.*,
        stages.pipeline_name,
        stages.stage_name,
        episodes.exits_observed / episodes.exits_expected as ratio,
        coalesce(held_up.deals_affected, 0) as deals_affected,
        held_up.amount_at_stake_reporting,
        (episodes.exits_expected - episodes.exits_observed)
        / {{ bottleneck_parameters().window_days / 7 }}
        * win_rates.win_rate
        * held_up.average_amount_reporting as cost_per_week_reporting,
        case drivers.segment_type
            when 'team' then 'Team ' || drivers.segment
            when 'rep' then coalesce(reps.rep_name, drivers.segment)
            when 'region' then 'Region ' || drivers.segment
            when 'lead_source' then 'Lead source ' || drivers.segment
            when 'size_band' then 'Accounts with ' || drivers.segment || ' employees'
        end as driver_name,
        drivers.exits_observed as driver_exits_observed,
        drivers.exits_expected as driver_exits_expected
    from episodes
    inner join stages
        on
            episodes.source = stages.source
            and episodes.pipeline_id = stages.pipeline_id
            and episodes.stage_id = stages.stage_id
    left join held_up on episodes.bottleneck_id = held_up.bottleneck_id
    left join win_rates on episodes.bottleneck_id = win_rates.bottleneck_id
    left join drivers on episodes.bottleneck_id = drivers.bottleneck_id
    left join reps
        on
            episodes.source = reps.source
            and drivers.segment_type = 'rep'
            and drivers.segment = reps.rep_id

)

select
    bottleneck_id,
    source,
    pipeline_id,
    pipeline_name,
    stage_id,
    stage_name,
    'all' as segment_type,
    'all' as segment,
    'slow' as kind,
    opened_on,
    resolved_on,
    case
        when ratio < 0.4 then 'critical'
        when ratio < 0.55 then 'high'
        else 'medium'
    end as severity,
    deals_affected,
    cast(amount_at_stake_reporting as decimal(18, 4)) as amount_at_stake_reporting,
    cast(cost_per_week_reporting as decimal(18, 4)) as cost_per_week_reporting,
    last_alarm_date,
    exits_observed,
    exits_expected,
    ratio,
    case
        when driver_name is null
            then 'Spread evenly: no team, rep, region, lead source or account size stands out.'
        else
            driver_name || ': '
            || cast(cast(driver_exits_observed as bigint) as {{ dbt.type_string() }})
            || ' deals moved on in four weeks where '
            || cast(cast(round(driver_exits_expected) as bigint) as {{ dbt.type_string() }})
            || ' were expected.'
    end as drivers,
    case
        when driver_name is null
            then
                'Look at what changed in ' || stage_name
                || ' for everyone (approvals, paperwork, pricing) and clear the oldest deals first.'
        else
            'Ask what changed in ' || stage_name || ' for ' || driver_name
            || ', move the oldest deals first, and lend capacity from where the stage still flows.'
    end as actions
from described
