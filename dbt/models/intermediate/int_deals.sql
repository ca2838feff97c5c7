{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- Every deal that exists at as-of, with its state and attributes of that moment. A deal whose
-- recorded history begins later does not exist yet; one without any date does.
with

deals as (

    select * from {{ rows_to_refresh(ref("int_deals_unioned")) }}

),

states as (

    select * from {{ rows_to_refresh(ref("int_deal_states")) }}

),

attributes as (

    select * from {{ rows_to_refresh(ref("int_deal_attributes")) }}

),

history as (

    select distinct source, deal_id
    from {{ rows_to_refresh(ref("int_deal_stage_history_unioned")) }}

),

stages as (

    select * from {{ ref("int_stages") }}

),

present as (

    select
        deals.*,
        states.first_entered_at,
        states.deal_id is not null as has_visits,
        history.deal_id is not null as has_history,
        coalesce(states.is_inferred_history, false) as is_inferred_history,
        coalesce(states.pipeline_id, deals.pipeline_id) as current_pipeline_id,
        coalesce(states.stage_id, deals.stage_id) as current_stage_id,
        states.closed_at as state_closed_at,
        states.won_at as state_won_at,
        attributes.amount as current_amount,
        attributes.expected_close_date as current_expected_close_date,
        attributes.rep_id as current_rep_id,
        attributes.forecast_category as current_forecast_category
    from deals
    left join states
        on deals.source = states.source and deals.deal_id = states.deal_id
    left join history
        on deals.source = history.source and deals.deal_id = history.deal_id
    left join attributes
        on deals.source = attributes.source and deals.deal_id = attributes.deal_id
    where
        states.deal_id is not null
        -- Merged or deleted before its first stage.
        or deals.ended_at is not null
        or (
            history.deal_id is null
            and coalesce(deals.closed_at <= {{ as_of() }}, true)
        )

),

described as (

    select
        present.*,
        stages.kind as stage_kind
    from present
    left join stages
        on
            present.source = stages.source
            and present.current_pipeline_id = stages.pipeline_id
            and present.current_stage_id = stages.stage_id

)

select
    source,
    current_pipeline_id as pipeline_id,
    deal_id,
    name as deal_name,
    account_id,
    current_rep_id as rep_id,
    product_id,
    campaign_id,
    lead_id,
    current_stage_id as stage_id,
    stage_kind,
    case
        when merged_at = ended_at then 'merged'
        when ended_at is not null then 'deleted'
        else stage_kind
    end as status,
    deal_type,
    lead_source,
    loss_reason,
    competitor,
    current_forecast_category as forecast_category,
    current_amount as amount,
    currency,
    coalesce(created_at, first_entered_at) as created_at,
    state_closed_at as closed_at,
    state_won_at as won_at,
    {{ business_date("coalesce(created_at, first_entered_at)") }} as created_date,
    {{ business_date("state_closed_at") }} as closed_date,
    {{ business_date("state_won_at") }} as won_date,
    current_expected_close_date as expected_close_date,
    merged_into_deal_id,
    ended_at,
    {{ business_date("first_entered_at") }} as first_entered_date,
    has_history,
    has_visits,
    is_inferred_history
from described
