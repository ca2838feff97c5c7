-- Per day since entry: how many stays were at risk of leaving, and how many left to where. At risk
-- on day t are those who came under observation before t and were still there, that is
-- entry_day < t <= exit_day.
with

stays as (

    select * from {{ ref("int_stage_observed_stays") }}

),

points as (

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        form,
        period_start_date,
        period_end_date,
        entry_day as day_in_stage,
        stays as net_entering,
        0 as converted,
        0 as lost,
        0 as other
    from stays

    union all

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        form,
        period_start_date,
        period_end_date,
        exit_day as day_in_stage,
        -stays as net_entering,
        case when outcome = 'converted' then stays else 0 end as converted,
        case when outcome = 'lost' then stays else 0 end as lost,
        case when outcome = 'other' then stays else 0 end as other
    from stays

),

days as (

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        form,
        period_start_date,
        period_end_date,
        day_in_stage,
        sum(net_entering) as net_entering,
        sum(converted) as converted,
        sum(lost) as lost,
        sum(other) as other
    from points
    group by
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        form,
        period_start_date,
        period_end_date,
        day_in_stage

)

select
    source,
    pipeline_id,
    stage_id,
    segment_type,
    segment,
    form,
    period_start_date,
    period_end_date,
    day_in_stage,
    cast(net_entering as bigint) as net_entering,
    cast(coalesce(sum(net_entering) over (
        partition by
            source, pipeline_id, stage_id, segment_type, segment, form, period_start_date
        order by day_in_stage
        rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as at_risk,
    cast(converted as bigint) as converted,
    cast(lost as bigint) as lost,
    cast(other as bigint) as other
from days
