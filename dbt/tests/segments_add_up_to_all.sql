-- A cell has one `all` row, and each kind of segment divides that row without rest.
{{
    config(meta={
        "entity": "rpt_stage_conversion",
        "dagster": {"ref": {"name": "rpt_stage_conversion"}},
    })
}}

with

counted as (

    select
        'durations of stage ' || stage_id || ' (' || entry_quarter || ')' as example,
        source,
        pipeline_id,
        segment_type,
        segment,
        visits as deals
    from {{ ref("rpt_stage_durations") }}

    union all

    select
        'conversion of stage ' || stage_id || ' (' || rule || ', ' || entry_month || ')' as example,
        source,
        pipeline_id,
        segment_type,
        segment,
        entered as deals
    from {{ ref("rpt_stage_conversion") }}

    union all

    select
        'cohort ' || created_month || ' (month ' || months_since || ')' as example,
        source,
        pipeline_id,
        segment_type,
        segment,
        cohort_deals as deals
    from {{ ref("rpt_deal_cohorts") }}

    union all

    select
        'slippage of the ' || period_kind || ' of ' || period_start as example,
        source,
        pipeline_id,
        segment_type,
        segment,
        due_deals + pulled_in_deals as deals
    from {{ ref("rpt_slippage") }}

    union all

    -- Estimates do not add up; those who are at risk do. (Entries that had the whole horizon do not
    -- either: a segment that nobody left or waits in now has no row to show its old ones in.)
    select
        'estimate of stage ' || stage_id || ' (' || form || ', ' || period_start_date || ', day '
        || horizon_day || ')' as example,
        source,
        pipeline_id,
        segment_type,
        segment,
        at_risk as deals
    from {{ ref("rpt_stage_conversion_estimate") }}

    union all

    select
        'velocity of ' || velocity_month as example,
        source,
        pipeline_id,
        segment_type,
        segment,
        open_deals + closed_deals as deals
    from {{ ref("rpt_sales_velocity") }}

),

by_kind as (

    select
        example,
        source,
        pipeline_id,
        segment_type,
        count(*) filter (where segment = 'all') as all_rows,
        sum(deals) as deals
    from counted
    group by example, source, pipeline_id, segment_type

)

select
    example,
    source,
    pipeline_id,
    coalesce(max(all_rows) filter (where segment_type = 'all'), 0) as all_rows,
    count(*) as kinds_of_segment,
    min(deals) as fewest_deals,
    max(deals) as most_deals
from by_kind
group by example, source, pipeline_id
having
    coalesce(max(all_rows) filter (where segment_type = 'all'), 0) != 1
    -- all, team, rep, lead_source, size_band, region, deal_type
    or count(*) != 7
    or min(deals) != max(deals)
order by example
