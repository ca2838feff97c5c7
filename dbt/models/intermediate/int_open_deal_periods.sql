{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
-- What a period did to each deal in the open pipeline: how it stood when the period began and when
-- it ended, and the one reason for coming in and for going out. Only periods in which the deal
-- changed or was expected to close, also those to come: every other period leaves it as it was.
--
-- "Due" is the open pipeline expected to close in the period. A deal that is won or lost in the
-- period was due in it, whatever its date said; no date counts as a later one.
with

changes as {{ read_anew() if not refreshes_changed_deals_only() }} (

    select * from {{ rows_to_refresh(ref("int_open_deal_changes")) }}

),

placed as {{ read_anew() if not refreshes_changed_deals_only() }} (
    {% for kind in period_kinds() %}
    select
        *,
        '{{ kind }}' as period_kind,
        {{ first_of_period(kind, "changed_date") }} as period_start,
        {{ first_of_period(kind, "previous_changed_date") }} as previous_period_start,
        {{ first_of_period(kind, "next_changed_date") }} as next_period_start,
        {{ first_of_period(kind, "previous_expected_close_date") }} as previous_due_start,
        {{ first_of_period(kind, "expected_close_date") }} as due_start
    from changes
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}
),

marked as {{ read_anew() if not refreshes_changed_deals_only() }} (

    select
        *,
        coalesce(previous_period_start != period_start, true) as is_first,
        coalesce(next_period_start != period_start, true) as is_last
    from placed

),

changed_once as (

    select
        source,
        pipeline_id,
        deal_id,
        currency,
        period_kind,
        period_start,
        was_open,
        is_open,
        entry_reason,
        exit_reason,
        previous_amount as opening_amount,
        amount as closing_amount,
        previous_due_start as opening_due_start,
        due_start as closing_due_start,
        previous_rep_id as opening_rep_id,
        rep_id as closing_rep_id
    from marked
    where is_first and is_last

),

changed_more_often as (

    -- The first change of the period knows how the deal stood before, the last one how it stands.
    -- A deal that was not in begins with its entry; one that is no longer in ends with its exit.
    select
        source,
        pipeline_id,
        deal_id,
        currency,
        period_kind,
        period_start,
        bool_or(was_open) filter (where is_first) as was_open,
        bool_or(is_open) filter (where is_last) as is_open,
        max(entry_reason) filter (where is_first) as entry_reason,
        max(exit_reason) filter (where is_last) as exit_reason,
        max(previous_amount) filter (where is_first) as opening_amount,
        max(amount) filter (where is_last) as closing_amount,
        max(previous_due_start) filter (where is_first) as opening_due_start,
        max(due_start) filter (where is_last) as closing_due_start,
        max(previous_rep_id) filter (where is_first) as opening_rep_id,
        max(rep_id) filter (where is_last) as closing_rep_id
    from marked
    where is_first != is_last
    group by source, pipeline_id, deal_id, currency, period_kind, period_start

),

unchanged as (

    -- Due in a period that came and went without a change.
    select
        source,
        pipeline_id,
        deal_id,
        currency,
        period_kind,
        due_start as period_start,
        true as was_open,
        true as is_open,
        null as entry_reason,
        null as exit_reason,
        amount as opening_amount,
        amount as closing_amount,
        due_start as opening_due_start,
        due_start as closing_due_start,
        rep_id as opening_rep_id,
        rep_id as closing_rep_id
    from placed
    where
        is_open
        and period_start < due_start
        and coalesce(next_period_start > due_start, true)

),

deal_periods as (

    select * from changed_once
    union all
    select * from changed_more_often
    union all
    select * from unchanged

),

dated as (

    select
        *,
        was_open and coalesce(opening_due_start = period_start, false) as was_due,
        is_open and coalesce(closing_due_start = period_start, false) as is_due,
        not is_open
        and coalesce(exit_reason in ('won', 'lost') or closing_due_start = period_start, false)
            as left_while_due
    from deal_periods

)

select
    source,
    pipeline_id,
    deal_id,
    currency,
    period_kind,
    period_start,
    was_open,
    is_open,
    entry_reason,
    exit_reason,
    was_due,
    is_due,
    case
        when was_due or not (is_due or left_while_due) then null
        when not was_open then entry_reason
        when opening_due_start < period_start then 'pushed_in'
        else 'pulled_in'
    end as due_entry_reason,
    case
        when is_due or not (was_due or left_while_due) then null
        when not is_open then exit_reason
        when closing_due_start < period_start then 'pulled_out'
        else 'pushed_out'
    end as due_exit_reason,
    case when was_open then opening_amount else 0 end as opening_amount,
    closing_amount,
    was_open and is_open and opening_rep_id != closing_rep_id as is_other_owner
from dated
