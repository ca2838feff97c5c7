{%- set p = bottleneck_parameters() -%}
-- What was usual in the stages of each episode in its baseline: how long the stays of deals that
-- moved on took, and how many of the deals that were closed had been won.
with

episodes as (

    select * from {{ ref("int_bottleneck_episodes") }}

),

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open'

),

deals as (

    select * from {{ ref("fct_deals") }}

)

select
    episodes.bottleneck_id,
    visits.stage_id,
    median(
        case
            when visits.exit_kind in ('advanced', 'won')
                then {{ days_between_dates("visits.entered_date", "visits.exited_date") }}
        end
    ) as usual_days,
    -- Of those that had been in the stage, and of those that had moved on from it.
    cast(count(*) filter (where deals.status = 'won') as double)
    / nullif(count(*) filter (where deals.status in ('won', 'lost')), 0) as win_rate,
    cast(
        count(*) filter (
            where deals.status = 'won' and visits.exit_kind in ('advanced', 'won')
        ) as double
    )
    / nullif(
        count(*) filter (
            where deals.status in ('won', 'lost') and visits.exit_kind in ('advanced', 'won')
        ), 0
    ) as win_rate_after
from episodes
inner join visits
    on
        episodes.source = visits.source
        and episodes.pipeline_id = visits.pipeline_id
        and (episodes.is_whole_pipeline or episodes.stage_id = visits.stage_id)
        and {{ week_number("visits.exited_date") }}
        between episodes.last_week - {{ p.baseline_weeks + p.lag_weeks - 1 }}
        and episodes.last_week - {{ p.lag_weeks }}
inner join deals on visits.source = deals.source and visits.deal_id = deals.deal_id
group by episodes.bottleneck_id, visits.stage_id
