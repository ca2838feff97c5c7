{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- What each deal looked like at the end of every business day on which it changed. Whoever looks at
-- a past day sees no more than this, so what was known on a day is what that day ended with.
with

history as (

    select
        *,
        {{ business_date("valid_from") }} as from_date,
        {{ business_date("valid_to") }} as to_date
    from {{ rows_to_refresh(ref("fct_deal_history")) }}

),

ends_of_days as (

    select * from history
    where to_date is null or to_date > from_date

),

changes as (

    select
        source,
        pipeline_id,
        deal_id,
        from_date,
        to_date,
        stage_id,
        status,
        amount,
        currency,
        expected_close_date,
        coalesce(lag(status) over by_day != status, true) as is_new_status,
        coalesce(
            lag(stage_id) over by_day != stage_id
            or lag(pipeline_id) over by_day != pipeline_id
            or lag(status) over by_day != status,
            true
        ) as is_new_stage
    from ends_of_days
    window by_day as (partition by source, deal_id order by from_date)

)

select
    source,
    pipeline_id,
    deal_id,
    from_date,
    to_date,
    stage_id,
    status,
    is_new_status,
    max(case when is_new_stage then from_date end) over (
        partition by source, deal_id
        order by from_date
        rows between unbounded preceding and current row
    ) as stage_since_date,
    amount,
    currency,
    expected_close_date
from changes
