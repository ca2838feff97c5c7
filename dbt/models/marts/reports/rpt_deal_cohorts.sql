with

deals as (

    select * from {{ ref("fct_deals") }}
    where status in ('open', 'won', 'lost') and created_date is not null

),

segments as (

    select * from {{ ref("int_deal_segments") }}

),

months as (

    select * from {{ ref("int_cohort_months") }}

),

outcomes as (

    select
        deals.source,
        deals.pipeline_id,
        segments.segment_type,
        segments.segment,
        {{ first_of_month("deals.created_date") }} as created_month,
        case
            -- A deal entered after it was won belongs to its first month.
            when deals.won_date is not null
                then
                    greatest(
                        {{ months_between_dates("deals.created_date", "deals.won_date") }}, 0
                    )
        end as months_to_win,
        deals.amount_reporting,
        deals.amount is not null and deals.amount_reporting is null as is_without_rate
    from deals
    inner join segments
        on deals.source = segments.source and deals.deal_id = segments.deal_id

),

cohorts as (

    select
        source,
        pipeline_id,
        segment_type,
        segment,
        created_month,
        count(*) as cohort_deals,
        coalesce(sum(amount_reporting), 0) as cohort_amount,
        count(*) filter (where is_without_rate) as cohort_without_rate
    from outcomes
    group by source, pipeline_id, segment_type, segment, created_month

),

wins as (

    select
        source,
        pipeline_id,
        segment_type,
        segment,
        created_month,
        months_to_win,
        count(*) as won_deals,
        coalesce(sum(amount_reporting), 0) as won_amount,
        count(*) filter (where is_without_rate) as won_without_rate
    from outcomes
    where months_to_win is not null
    group by source, pipeline_id, segment_type, segment, created_month, months_to_win

),

cells as (

    select
        cohorts.*,
        months.months_since,
        months.is_mature
    from cohorts
    inner join months on cohorts.created_month = months.created_month

),

cumulative as (

    select
        cells.*,
        sum(coalesce(wins.won_deals, 0)) over so_far as won_deals,
        sum(coalesce(wins.won_amount, 0)) over so_far as won_amount,
        sum(coalesce(wins.won_without_rate, 0)) over so_far as won_without_rate
    from cells
    left join wins
        on
            cells.source = wins.source
            and cells.pipeline_id = wins.pipeline_id
            and cells.segment_type = wins.segment_type
            and cells.segment = wins.segment
            and cells.created_month = wins.created_month
            and cells.months_since = wins.months_to_win
    window
        so_far as (
            partition by
                cells.source,
                cells.pipeline_id,
                cells.segment_type,
                cells.segment,
                cells.created_month
            order by cells.months_since
        )

),

known as (

    -- A sum that lacks a part is no sum.
    select
        *,
        case when cohort_without_rate = 0 then cast(cohort_amount as decimal(18, 4)) end
            as cohort_amount_reporting,
        case
            when is_mature and won_without_rate = 0 then cast(won_amount as decimal(18, 4))
        end as won_amount_reporting
    from cumulative

)

select
    source,
    pipeline_id,
    segment_type,
    segment,
    created_month,
    cast(months_since as integer) as months_since,
    cohort_deals,
    cohort_amount_reporting,
    cohort_without_rate as cohort_deals_without_rate,
    case when is_mature then cast(won_deals as bigint) end as won_deals,
    won_amount_reporting,
    case when is_mature then cast(won_without_rate as bigint) end as won_deals_without_rate,
    case when is_mature then cast(won_deals as double) / cohort_deals end as conversion_rate,
    {{ ratio("won_amount_reporting", "cohort_amount_reporting") }} as conversion_rate_by_amount,
    is_mature
from known
