{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- What each deal looked like at as-of. An attribute with a recorded history has its value of that
-- moment (none before the first record); one without keeps its newest value.
with

deals as (

    select * from {{ rows_to_refresh(ref("int_deals_unioned")) }}

),

changes as (

    select * from {{ rows_to_refresh(ref("int_deal_field_changes")) }}

),

all_history as (

    select * from {{ rows_to_refresh(ref("int_deal_field_history_unioned")) }}

),

recorded as (

    select
        source,
        deal_id,
        max_by(amount, changed_at) filter (where amount is not null) as amount,
        max_by(expected_close_date, changed_at) filter (where expected_close_date is not null)
            as expected_close_date,
        max_by(rep_id, changed_at) filter (where rep_id is not null) as rep_id,
        max_by(forecast_category, changed_at) filter (where forecast_category is not null)
            as forecast_category
    from changes
    group by source, deal_id

),

has_history as (

    -- A readable record after as-of counts too: the field has a history, its value was another.
    select
        source,
        deal_id,
        bool_or(field = 'amount' and {{ read_value("value", "money") }} is not null) as of_amount,
        bool_or(
            field = 'expected_close_date' and {{ read_value("value", "date") }} is not null
        ) as of_expected_close_date,
        bool_or(field = 'rep_id') as of_rep_id,
        bool_or(field = 'forecast_category') as of_forecast_category
    from all_history
    group by source, deal_id

)

select
    deals.source,
    deals.deal_id,
    coalesce(has_history.of_amount, false) as has_amount_history,
    coalesce(has_history.of_expected_close_date, false) as has_expected_close_date_history,
    coalesce(has_history.of_rep_id, false) as has_rep_history,
    coalesce(has_history.of_forecast_category, false) as has_forecast_category_history,
    case when has_history.of_amount then recorded.amount else deals.amount end as amount,
    case
        when has_history.of_expected_close_date then recorded.expected_close_date
        else deals.expected_close_date
    end as expected_close_date,
    case when has_history.of_rep_id then recorded.rep_id else deals.rep_id end as rep_id,
    case
        when has_history.of_forecast_category then recorded.forecast_category
        else deals.forecast_category
    end as forecast_category
from deals
left join has_history
    on deals.source = has_history.source and deals.deal_id = has_history.deal_id
left join recorded
    on deals.source = recorded.source and deals.deal_id = recorded.deal_id
