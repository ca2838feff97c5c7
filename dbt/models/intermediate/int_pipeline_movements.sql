{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('period_start', 'day') }}",
) }}
-- What deals did to the open pipeline of each period, by movement: why they came in or went out,
-- and by how much they changed in it. Also of periods to come: deals are due in them.
{% set series = "source, pipeline_id, currency, period_kind" %}
with

deal_periods as (

    select * from {{ ref("int_open_deal_periods") }}
    where {{ is_to_refresh("period_start", "day") }}

),

moves as (

    select
        {{ series }},
        period_start,
        entry_reason as movement,
        1 as deals_affected,
        1 as deals,
        closing_amount as amount,
        closing_amount as amount_after,
        case when due_entry_reason is not null then 1 else 0 end as due_deals,
        case when due_entry_reason is not null then closing_amount else 0 end as due_amount
    from deal_periods
    where entry_reason is not null

    union all

    -- A deal that was there leaves with all that it brought into the period.
    select
        {{ series }},
        period_start,
        exit_reason as movement,
        1 as deals_affected,
        -1 as deals,
        -case when was_open then opening_amount else closing_amount end as amount,
        closing_amount as amount_after,
        case when due_exit_reason is not null then -1 else 0 end as due_deals,
        case
            when due_exit_reason is null then 0
            when was_open then -opening_amount
            else -closing_amount
        end as due_amount
    from deal_periods
    where exit_reason is not null

    union all

    select
        {{ series }},
        period_start,
        due_entry_reason as movement,
        1 as deals_affected,
        0 as deals,
        0 as amount,
        closing_amount as amount_after,
        1 as due_deals,
        case when is_open then closing_amount else opening_amount end as due_amount
    from deal_periods
    where due_entry_reason is not null and was_open

    union all

    select
        {{ series }},
        period_start,
        due_exit_reason as movement,
        1 as deals_affected,
        0 as deals,
        0 as amount,
        closing_amount as amount_after,
        -1 as due_deals,
        -opening_amount as due_amount
    from deal_periods
    where due_exit_reason is not null and is_open

    union all

    select
        {{ series }},
        period_start,
        case when closing_amount > opening_amount then 'increased' else 'decreased' end as movement,
        1 as deals_affected,
        0 as deals,
        closing_amount - opening_amount as amount,
        closing_amount as amount_after,
        0 as due_deals,
        case when was_due and is_due then closing_amount - opening_amount else 0 end as due_amount
    from deal_periods
    where was_open and is_open and closing_amount != opening_amount
    {% for movement, sign in [("owner_out", "-"), ("owner_in", "")] %}
    union all

    select
        {{ series }},
        period_start,
        '{{ movement }}' as movement,
        1 as deals_affected,
        {{ sign }}1 as deals,
        {{ sign }}opening_amount as amount,
        closing_amount as amount_after,
        case when was_due and is_due then {{ sign }}1 else 0 end as due_deals,
        case when was_due and is_due then {{ sign }}opening_amount else 0 end as due_amount
    from deal_periods
    where is_other_owner
    {% endfor %}
)

select
    {{ series }},
    period_start,
    movement,
    sum(deals_affected) as deals_affected,
    sum(deals) as deals,
    sum(amount) as amount,
    sum(amount_after) as amount_after,
    sum(due_deals) as due_deals,
    sum(due_amount) as due_amount
from moves
group by {{ series }}, period_start, movement
