with

counted as (

    select * from {{ ref("int_deal_cohort_wins") }}

),

months as (

    select * from {{ ref("int_cohort_months") }}

),

cohorts as (

    select
        source,
        pipeline_id,
        segment_type,
        segment,
        created_month,
        cast(sum(deals) as bigint) as cohort_deals,
        sum(amount_reporting) as cohort_amount,
        cast(sum(without_rate) as bigint) as cohort_without_rate
    from counted
    group by source, pipeline_id, segment_type, segment, created_month

),

wins as (

    select
        *,
        deals as won_deals,
        amount_reporting as won_amount,
        without_rate as won_without_rate
    from counted
    where months_to_win is not null

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
