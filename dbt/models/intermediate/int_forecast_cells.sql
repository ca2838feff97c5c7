-- Snapshots by stage and age, with what became of them: open amount on one side, wins within the
-- period on the other. From here on the forecast is arithmetic on a small table.
with

snapshots as (

    select * from {{ ref("int_forecast_snapshots") }}

),

periods as (

    select * from {{ ref("int_forecast_periods") }}

),

wins as (

    select * from {{ ref("int_forecast_wins") }}

),

won as (

    select
        periods.as_of_date,
        periods.period,
        snapshots.source,
        snapshots.deal_id,
        wins.amount_reporting as won_amount,
        wins.is_without_rate
    from snapshots
    inner join wins
        on
            snapshots.source = wins.source
            and snapshots.pipeline_id = wins.pipeline_id
            and snapshots.deal_id = wins.deal_id
    inner join periods
        on
            snapshots.as_of_date = periods.as_of_date
            and periods.period_start_date <= wins.won_date
            and periods.period_end_date >= wins.won_date
    where coalesce(wins.undone_date > periods.period_end_date, true)

),

outcomes as (

    select
        periods.period,
        snapshots.*,
        coalesce(
            snapshots.expected_close_date
            between periods.period_start_date and periods.period_end_date,
            false
        ) as is_due,
        won.deal_id is not null as is_won,
        won.won_amount,
        -- Where no rate tells what a deal brought, it is taken to have brought what it promised.
        case when won.is_without_rate then snapshots.amount_reporting else won.won_amount end
            as assumed_won_amount
    from snapshots
    inner join periods on snapshots.as_of_date = periods.as_of_date
    left join won
        on
            snapshots.as_of_date = won.as_of_date
            and periods.period = won.period
            and snapshots.source = won.source
            and snapshots.deal_id = won.deal_id

)

select
    as_of_date,
    period,
    source,
    pipeline_id,
    stage_id,
    age_band,
    count(*) as open_deals,
    count(*) filter (where amount_reporting is null) as open_deals_without_amount,
    count(*) filter (where is_of_unknown_amount) as open_deals_of_unknown_amount,
    coalesce(sum(amount_reporting), 0) as open_amount,
    count(expected_close_date) as dated_deals,
    count(*) filter (where is_due and amount_reporting is null) as due_deals_without_amount,
    coalesce(sum(amount_reporting) filter (where is_due), 0) as due_amount,
    count(*) filter (where is_won) as won_deals,
    coalesce(sum(won_amount), 0) as won_amount,
    -- Of deals whose open amount is known, to compare the two.
    coalesce(sum(assumed_won_amount) filter (where amount_reporting is not null), 0)
        as won_amount_of_priced,
    coalesce(
        sum(cast(assumed_won_amount as double) * cast(assumed_won_amount as double))
            filter (where amount_reporting is not null),
        0
    ) as won_amount_of_priced_squared
from outcomes
group by as_of_date, period, source, pipeline_id, stage_id, age_band
