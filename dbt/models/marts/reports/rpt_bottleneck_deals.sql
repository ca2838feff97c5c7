with

episodes as (

    select * from {{ ref("int_bottleneck_episodes") }}
    where resolved_on is null

),

stays as (

    select * from {{ ref("int_bottleneck_stays") }}
    where is_waiting

),

usual_stays as (

    select * from {{ ref("int_bottleneck_usual_stays") }}

),

deals as (

    select * from {{ ref("fct_deals") }}

),

weighed as (

    -- Overdue from the usual stay on, in usual stays; who is not overdue comes last.
    select
        episodes.bottleneck_id,
        stays.source,
        stays.pipeline_id,
        stays.stage_id,
        stays.deal_id,
        deals.deal_name,
        deals.rep_id,
        cast(stays.amount_reporting as decimal(18, 4)) as amount_reporting,
        stays.days_waiting as days_in_stage,
        usual_stays.usual_days,
        usual_stays.win_rate as expected_win_rate,
        coalesce(cast(stays.amount_reporting as double), 0)
        * coalesce(usual_stays.win_rate, 0)
        * case
            when usual_stays.usual_days is null then 0
            else greatest(stays.days_waiting / greatest(usual_stays.usual_days, 1) - 1, 0)
        end as priority
    from episodes
    inner join stays on episodes.bottleneck_id = stays.bottleneck_id
    inner join usual_stays
        on
            stays.bottleneck_id = usual_stays.bottleneck_id
            and stays.stage_id = usual_stays.stage_id
    inner join deals on stays.source = deals.source and stays.deal_id = deals.deal_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by bottleneck_id
            order by priority desc, amount_reporting desc nulls last, days_in_stage desc, deal_id
        ) as place
    from weighed

)

select
    bottleneck_id,
    cast(place as integer) as place,
    source,
    pipeline_id,
    stage_id,
    deal_id,
    deal_name,
    rep_id,
    amount_reporting,
    cast(days_in_stage as integer) as days_in_stage,
    usual_days,
    expected_win_rate,
    priority
from ranked
where place <= 10
