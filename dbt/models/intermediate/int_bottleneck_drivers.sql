-- The segment that the missing exits of an episode gather in: its share of the shortfall exceeds
-- its share of the expected exits by most. Each segment is held against its own baseline rate.
with

episodes as (

    select * from {{ ref("int_bottleneck_episodes") }}

),

visits as (

    select * from {{ ref("fct_stage_visits") }}

),

segments as (

    select * from {{ ref("int_deal_segments") }}
    where segment_type in ('team', 'rep', 'region', 'lead_source', 'size_band')

),

stays as (

    select
        episodes.bottleneck_id,
        segments.segment_type,
        segments.segment,
        case
            when
                visits.exit_kind in ('advanced', 'won')
                and visits.exited_date
                between episodes.window_start_date and episodes.last_alarm_date
                then 1 else 0
        end as exits,
        case
            when
                visits.exit_kind in ('advanced', 'won')
                and visits.exited_date
                between episodes.baseline_start_date and episodes.baseline_end_date
                then 1 else 0
        end as baseline_exits,
        greatest(
            {{ days_between_dates(
                "greatest(visits.entered_date, episodes.window_start_date)",
                "least(coalesce(visits.exited_date, episodes.last_alarm_date), episodes.last_alarm_date)"
            ) }} + 1, 0
        ) as deal_days,
        greatest(
            {{ days_between_dates(
                "greatest(visits.entered_date, episodes.baseline_start_date)",
                "least(coalesce(visits.exited_date, episodes.baseline_end_date), episodes.baseline_end_date)"
            ) }} + 1, 0
        ) as baseline_deal_days
    from episodes
    inner join visits
        on
            episodes.source = visits.source
            and episodes.pipeline_id = visits.pipeline_id
            and episodes.stage_id = visits.stage_id
            and visits.entered_date <= episodes.last_alarm_date
            and coalesce(visits.exited_date >= episodes.baseline_start_date, true)
    inner join segments
        on visits.source = segments.source and visits.deal_id = segments.deal_id

),

by_segment as (

    select
        bottleneck_id,
        segment_type,
        segment,
        sum(exits) as exits_observed,
        sum(deal_days) * sum(baseline_exits) / cast(nullif(sum(baseline_deal_days), 0) as double)
            as exits_expected
    from stays
    group by bottleneck_id, segment_type, segment

),

shares as (

    select
        *,
        exits_expected - exits_observed as shortfall,
        (exits_expected - exits_observed)
        / nullif(sum(exits_expected - exits_observed) over by_type, 0) as share_of_shortfall,
        exits_expected / nullif(sum(exits_expected) over by_type, 0) as share_of_expected
    from by_segment
    window by_type as (partition by bottleneck_id, segment_type)

)

select
    bottleneck_id,
    segment_type,
    segment,
    exits_observed,
    exits_expected,
    share_of_shortfall,
    share_of_expected
from shares
-- A segment of which five exits were not expected proves nothing; below a fifth more than its due
-- the shortfall is spread evenly.
where exits_expected >= 5 and share_of_shortfall - share_of_expected >= 0.2
qualify row_number() over (
    partition by bottleneck_id
    order by share_of_shortfall - share_of_expected desc, segment_type, segment
) = 1
