-- What became of each deal that entered an open stage, by the three rules of conversion. strict and
-- direct look at how the first stay ended; reached also counts deals that skipped past the stage,
-- dated at the skip, and looks at everything after.
with

visits as (

    select * from {{ ref("fct_stage_visits") }}

),

changes as (

    select * from {{ ref("int_deal_stage_changes") }}

),

deals as (

    select * from {{ ref("fct_deals") }}

),

open_stages as (

    select * from {{ ref("dim_pipeline_stages") }}
    where kind = 'open'

),

first_stays as (

    select * from {{ ref("int_stage_first_stays") }}

),

arrivals as (

    -- Visit n is what transition n opens: stays after it have a higher number. A skip lands beyond
    -- the stage at once, so its own visit counts as after.
    select
        source,
        pipeline_id,
        deal_id,
        stage_id,
        open_rank,
        entered_date as arrived_date,
        visit_number + 1 as next_visit_number
    from first_stays

    union all

    select
        changes.source,
        changes.pipeline_id,
        changes.deal_id,
        open_stages.stage_id,
        open_stages.open_rank,
        {{ business_date("changes.entered_at") }} as arrived_date,
        changes.transition_number as next_visit_number
    from changes
    inner join open_stages
        on
            changes.source = open_stages.source
            and changes.pipeline_id = open_stages.pipeline_id
            and changes.from_open_rank < open_stages.open_rank
            and coalesce(open_stages.open_rank < changes.open_rank, true)
    where changes.direction in ('skip', 'won') and changes.stages_skipped > 0

),

first_arrivals as (

    select * from arrivals
    qualify row_number() over (
        partition by source, pipeline_id, deal_id, stage_id order by next_visit_number
    ) = 1

),

beyond as (

    select
        first_arrivals.source,
        first_arrivals.pipeline_id,
        first_arrivals.deal_id,
        first_arrivals.stage_id,
        first_arrivals.arrived_date,
        coalesce(
            bool_or(visits.stage_kind = 'won' or visits.open_rank > first_arrivals.open_rank), false
        ) as is_beyond
    from first_arrivals
    left join visits
        on
            first_arrivals.source = visits.source
            and first_arrivals.pipeline_id = visits.pipeline_id
            and first_arrivals.deal_id = visits.deal_id
            and first_arrivals.next_visit_number <= visits.visit_number
    group by
        first_arrivals.source,
        first_arrivals.pipeline_id,
        first_arrivals.deal_id,
        first_arrivals.stage_id,
        first_arrivals.arrived_date

),

by_reach as (

    select
        beyond.source,
        beyond.pipeline_id,
        beyond.deal_id,
        beyond.stage_id,
        beyond.arrived_date as entered_date,
        'reached' as rule,
        case
            when beyond.is_beyond then 'converted'
            when deals.pipeline_id != beyond.pipeline_id then 'other'
            when deals.status in ('lost', 'open') then deals.status
            else 'other'
        end as outcome
    from beyond
    inner join deals
        on beyond.source = deals.source and beyond.deal_id = deals.deal_id

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
