{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- Recorded changes of the fields whose past we know, one row per deal and moment, up to as-of; a
-- column is null where that field did not change then.
with

deals as (

    select * from {{ rows_to_refresh(ref("int_deals_unioned")) }}

),

history as (

    select * from {{ rows_to_refresh(ref("int_deal_field_history_unioned")) }}

),

changes as (

    select
        history.source,
        history.deal_id,
        history.field,
        history.value,
        history.changed_at
    from history
    inner join deals
        on history.source = deals.source and history.deal_id = deals.deal_id
    where
        history.changed_at <= {{ as_of() }}
        and coalesce(history.changed_at <= deals.ended_at, true)
    -- Two values of one field at one moment: the one that was landed last.
    qualify row_number() over (
        partition by history.source, history.deal_id, history.field, history.changed_at
        order by history.extracted_at desc, history.load_seq desc, history.value
    ) = 1

)

select
    source,
    deal_id,
    changed_at,
    max({{ read_value("value", "money") }}) filter (where field = 'amount') as amount,
    max({{ read_value("value", "date") }}) filter (where field = 'expected_close_date')
        as expected_close_date,
    max(value) filter (where field = 'rep_id') as rep_id,
    max(value) filter (where field = 'forecast_category') as forecast_category
from changes
group by source, deal_id, changed_at
