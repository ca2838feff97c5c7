{{ config(
    materialized=made_per_deal(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- What became of each deal that entered an open stage, by the three rules of conversion. strict and
-- direct look at how the first stay ended; reached also counts deals that skipped past the stage,
-- dated at the skip, and looks at everything after.
with

visits as (

    -- What comes after each stay, in the same pipeline.
    select
        source,
        pipeline_id,
        deal_id,
        visit_number,
        stage_kind,
        open_rank,
        max(open_rank) over later as later_open_rank,
        coalesce(bool_or(stage_kind = 'won') over later, false) as is_won_later
    from {{ rows_to_refresh(ref("fct_stage_visits")) }}
    window
        later as (
            partition by source, pipeline_id, deal_id
            order by visit_number
            rows between 1 following and unbounded following
        )

),

skips as (

    select * from {{ rows_to_refresh(ref("int_deal_stage_changes")) }}
    where direction in ('skip', 'won') and stages_skipped > 0

),

deals as (

    select * from {{ rows_to_refresh(ref("fct_deals")) }}

),

open_stages as (

    select * from {{ ref("dim_pipeline_stages") }}
    where kind = 'open'

),

first_stays as (

    select * from {{ rows_to_refresh(ref("int_stage_first_stays")) }}

),

arrivals as (

    select
        first_stays.source,
        first_stays.pipeline_id,
        first_stays.deal_id,
        first_stays.stage_id,
        first_stays.visit_number as arrival_number,
        first_stays.entered_date as arrived_date,
        visits.is_won_later
        or coalesce(visits.later_open_rank > first_stays.open_rank, false) as is_beyond
    from first_stays
    inner join visits
        on
            first_stays.source = visits.source
            and first_stays.pipeline_id = visits.pipeline_id
            and first_stays.deal_id = visits.deal_id
            and first_stays.visit_number = visits.visit_number

    union all

    -- A skip lands beyond the stage at once. It arrives there before the visit that it opens.
    select
        skips.source,
        skips.pipeline_id,
        skips.deal_id,
        open_stages.stage_id,
        skips.transition_number - 1 as arrival_number,
        {{ business_date("skips.entered_at") }} as arrived_date,
        true as is_beyond
    from skips
    inner join open_stages
        on
            skips.source = open_stages.source
            and skips.pipeline_id = open_stages.pipeline_id
            and skips.from_open_rank < open_stages.open_rank
            and coalesce(open_stages.open_rank < skips.open_rank, true)

),

first_arrivals as (

    select
        source,
        pipeline_id,
        deal_id,
        stage_id,
        min_by(arrived_date, arrival_number) as arrived_date,
        min_by(is_beyond, arrival_number) as is_beyond
    from arrivals
    group by source, pipeline_id, deal_id, stage_id

),

by_reach as (

    select
        first_arrivals.source,
        first_arrivals.pipeline_id,
        first_arrivals.deal_id,
        first_arrivals.stage_id,
        first_arrivals.arrived_date as entered_date,
        'reached' as rule,
        case
            when first_arrivals.is_beyond then 'converted'
            when deals.pipeline_id != first_arrivals.pipeline_id then 'other'
            when deals.status in ('lost', 'open') then deals.status
            else 'other'
        end as outcome
    from first_arrivals
    inner join deals
        on first_arrivals.source = deals.source and first_arrivals.deal_id = deals.deal_id

),

by_end_of_stay as (

    select
        source,
        pipeline_id,
        deal_id,
        stage_id,
        entered_date,
        'strict' as rule,
        strict_outcome as outcome
    from first_stays

    union all

    select
        source,
        pipeline_id,
        deal_id,
        stage_id,
        entered_date,
        'direct' as rule,
        direct_outcome as outcome
    from first_stays

)

select * from by_end_of_stay
union all
select * from by_reach
