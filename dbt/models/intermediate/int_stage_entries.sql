{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- What became of each deal that entered an open stage, or skipped past it, by the three rules of
-- conversion. strict and direct look at how the first stay ended, and know no deal that skipped;
-- reached counts those too, dated at the skip, and looks at everything after.
with

first_stays as (

    select * from {{ ref("int_stage_first_stays") }}

),

skips as (

    select * from {{ rows_to_refresh(ref("int_deal_stage_changes")) }}
    where direction in ('skip', 'won') and stages_skipped > 0

),

deals as (

    select * from {{ rows_to_refresh(ref("int_deals")) }}

),

open_stages as (

    select * from {{ ref("dim_pipeline_stages") }}
    -- Only a listed stage can be skipped.
    where kind = 'open' and open_rank = floor(open_rank)

),

first_skips as (

    -- A skip arrives at the stage before the visit that it opens.
    select
        skips.source,
        skips.pipeline_id,
        skips.deal_id,
        open_stages.stage_id,
        min(skips.transition_number) as before_visit_number,
        {{ business_date("min(skips.entered_at)") }} as skipped_date
    from skips
    inner join open_stages
        on
            skips.source = open_stages.source
            and skips.pipeline_id = open_stages.pipeline_id
            and skips.from_open_rank < open_stages.open_rank
            and coalesce(open_stages.open_rank < skips.open_rank, true)
    group by skips.source, skips.pipeline_id, skips.deal_id, open_stages.stage_id

),

arrivals as (

    select
        coalesce(first_stays.source, first_skips.source) as source,
        coalesce(first_stays.pipeline_id, first_skips.pipeline_id) as pipeline_id,
        coalesce(first_stays.deal_id, first_skips.deal_id) as deal_id,
        coalesce(first_stays.stage_id, first_skips.stage_id) as stage_id,
        first_stays.entered_date,
        first_stays.exited_date,
        first_stays.is_left_truncated,
        first_stays.strict_outcome,
        first_stays.direct_outcome,
        first_stays.is_beyond,
        first_skips.skipped_date,
        coalesce(first_skips.before_visit_number <= first_stays.visit_number, true)
        and first_skips.deal_id is not null as is_skipped_first
    from first_stays
    full outer join first_skips
        on
            first_stays.source = first_skips.source
            and first_stays.pipeline_id = first_skips.pipeline_id
            and first_stays.deal_id = first_skips.deal_id
            and first_stays.stage_id = first_skips.stage_id

)

select
    arrivals.source,
    arrivals.pipeline_id,
    arrivals.deal_id,
    arrivals.stage_id,
    arrivals.entered_date,
    arrivals.exited_date,
    arrivals.is_left_truncated,
    arrivals.strict_outcome,
    arrivals.direct_outcome,
    case when arrivals.is_skipped_first then arrivals.skipped_date else arrivals.entered_date end
        as reached_date,
    case
        when arrivals.is_skipped_first or arrivals.is_beyond then 'converted'
        when deals.pipeline_id != arrivals.pipeline_id then 'other'
        when deals.status in ('lost', 'open') then deals.status
        else 'other'
    end as reached_outcome
from arrivals
inner join deals
    on arrivals.source = deals.source and arrivals.deal_id = deals.deal_id
