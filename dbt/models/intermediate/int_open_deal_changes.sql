{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- What each change of a deal did to the open pipeline: the deal came in, left it, or changed in it.
-- A deal that switches while open leaves one pipeline and comes into another. Changes of the stage
-- alone are not here.
with

history as (

    select * from {{ rows_to_refresh(ref("fct_deal_history")) }}

),

steps as (

    select
        source,
        deal_id,
        currency,
        valid_from as changed_at,
        {{ business_date("valid_from") }} as changed_date,
        pipeline_id,
        status,
        coalesce(amount, 0) as amount,
        expected_close_date,
        rep_id,
        lag(pipeline_id) over by_time as previous_pipeline_id,
        lag(status) over by_time as previous_status,
        coalesce(lag(amount) over by_time, 0) as previous_amount,
        lag(expected_close_date) over by_time as previous_expected_close_date,
        lag(rep_id) over by_time as previous_rep_id
    from history
    window by_time as (partition by source, deal_id order by valid_from)

),

changes as (

    select
        source,
        case when status = 'open' then pipeline_id else previous_pipeline_id end as pipeline_id,
        deal_id,
        currency,
        changed_at,
        changed_date,
        coalesce(previous_status = 'open', false)
        and coalesce(status != 'open' or pipeline_id = previous_pipeline_id, false) as was_open,
        status = 'open' as is_open,
        case
            when status != 'open' then null
            when previous_status is null then 'created'
            when previous_status != 'open' then 'reopened'
            when pipeline_id != previous_pipeline_id then 'switched_in'
        end as entry_reason,
        case when status != 'open' then status end as exit_reason,
        previous_amount,
        previous_expected_close_date,
        previous_rep_id,
        amount,
        expected_close_date,
        rep_id
    from steps
    where status = 'open' or previous_status = 'open'

    union all

    select
        source,
        previous_pipeline_id as pipeline_id,
        deal_id,
        currency,
        changed_at,
        changed_date,
        true as was_open,
        false as is_open,
        null as entry_reason,
        'switched_out' as exit_reason,
        previous_amount,
        previous_expected_close_date,
        previous_rep_id,
        amount,
        expected_close_date,
        rep_id
    from steps
    where status = 'open' and previous_status = 'open' and pipeline_id != previous_pipeline_id

)

select
    *,
    lag(changed_date) over by_time as previous_changed_date,
    lead(changed_date) over by_time as next_changed_date
from changes
where
    was_open != is_open
    or previous_amount != amount
    or previous_expected_close_date is distinct from expected_close_date
    or previous_rep_id != rep_id
window by_time as (partition by source, deal_id, pipeline_id order by changed_at)
