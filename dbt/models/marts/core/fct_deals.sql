{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh(deals='int_deals_to_value') }}",
) }}
with

deals as (

    select * from {{ rows_to_refresh(ref("int_deals"), deals="int_deals_to_value") }}

),

rates as (

    select * from {{ ref("int_fx_rates") }}

),

reps as (

    select * from {{ ref("dim_reps") }}

),

accounts as (

    select * from {{ ref("dim_accounts") }}

),

pushes as (

    select * from {{ rows_to_refresh(ref("int_deal_pushes"), deals="int_deals_to_value") }}

),

dated as (

    select
        *,
        case when status = 'won' then won_at end as current_won_at,
        case when status = 'won' then won_date else closed_date end as outcome_date
    from deals

)

select
    dated.source,
    dated.pipeline_id,
    dated.deal_id,
    dated.deal_name,
    coalesce(dated.account_id, 'unknown') as account_id,
    coalesce(dated.rep_id, 'unknown') as rep_id,
    coalesce(dated.product_id, 'unknown') as product_id,
    coalesce(dated.campaign_id, 'unknown') as campaign_id,
    coalesce(dated.lead_id, 'unknown') as lead_id,
    dated.stage_id,
    dated.stage_kind,
    dated.status,
    coalesce(dated.deal_type, 'unknown') as deal_type,
    coalesce(dated.lead_source, 'unknown') as lead_source,
    reps.team,
    reps.region,
    accounts.size_band,
    dated.loss_reason,
    dated.competitor,
    dated.forecast_category,
    dated.amount,
    dated.currency,
    {{ in_reporting_currency("dated.amount", "dated.currency", "rates.rate_to_reporting") }}
        as amount_reporting,
    dated.created_at,
    dated.closed_at,
    dated.current_won_at as won_at,
    dated.created_date,
    dated.closed_date,
    case when dated.status = 'won' then dated.won_date end as won_date,
    dated.expected_close_date,
    case
        when dated.status in ('won', 'lost')
            then
                cast(
                    {{ days_between_dates("dated.created_date", "dated.outcome_date") }} as integer
                )
    end as cycle_days,
    cast(coalesce(pushes.push_count, 0) as integer) as push_count,
    cast(coalesce(pushes.month_push_count, 0) as integer) as month_push_count,
    cast(coalesce(pushes.quarter_push_count, 0) as integer) as quarter_push_count,
    cast(coalesce(pushes.days_pushed, 0) as integer) as days_pushed,
    dated.merged_into_deal_id,
    dated.ended_at,
    dated.has_history,
    dated.is_inferred_history
from dated
left join rates
    on
        dated.source = rates.source
        and dated.currency = rates.currency
        and coalesce(dated.outcome_date, {{ as_of_date() }}) >= rates.valid_from_date
        and coalesce(dated.outcome_date, {{ as_of_date() }}) < rates.valid_to_date
left join reps
    on dated.source = reps.source and coalesce(dated.rep_id, 'unknown') = reps.rep_id
left join accounts
    on
        dated.source = accounts.source
        and coalesce(dated.account_id, 'unknown') = accounts.account_id
left join pushes
    on dated.source = pushes.source and dated.deal_id = pushes.deal_id
