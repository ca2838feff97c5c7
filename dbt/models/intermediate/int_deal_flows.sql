-- sqlfluff:dialect:postgres
{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('flow_date', 'day') }}",
) }}
-- What happened to deals on each day, in each segment: the one place that says which deals a count
-- or an amount of the metrics holds, and on which day.
with

deals as (

    select * from {{ ref("fct_deals") }}

),

history as (

    select * from {{ ref("fct_deal_history") }}

),

open_deal_changes as (

    select * from {{ ref("int_open_deal_changes") }}

),

rates as (

    select * from {{ ref("int_fx_rates") }}

),

created_deals as (

    select * from deals
    where created_date is not null and {{ is_to_refresh("created_date", "day") }}

),

beginnings as (

    -- Many a deal gets its amount some time after its creation: its first one, never a later one.
    select
        source,
        deal_id,
        min_by(pipeline_id, valid_from) as pipeline_id,
        min_by(amount, valid_from) filter (where amount is not null) as amount
    from history
    {%- if refreshes_changed_periods_only() %}
    where (source, deal_id) in (select source, deal_id from created_deals)
    {%- endif %}
    group by source, deal_id

),

creations as (

    select
        created_deals.source,
        coalesce(beginnings.pipeline_id, created_deals.pipeline_id) as pipeline_id,
        created_deals.deal_id,
        created_deals.currency,
        created_deals.created_date as flow_date,
        coalesce(beginnings.amount, created_deals.amount) as amount
    from created_deals
    left join beginnings
        on created_deals.source = beginnings.source and created_deals.deal_id = beginnings.deal_id

),

closed_deals as (

    select
        *,
        case when status = 'won' then won_date else closed_date end as outcome_date
    from deals
    where status in ('won', 'lost')

),

events as (

    select
        creations.source,
        creations.pipeline_id,
        creations.deal_id,
        creations.flow_date,
        'created' as event,
        creations.amount,
        {{ in_reporting_currency(
            "creations.amount", "creations.currency", "rates.rate_to_reporting"
        ) }} as amount_reporting,
        cast(null as integer) as cycle_days,
        0 as open_deals_change,
        cast(0 as decimal(18, 4)) as open_amount_change
    from creations
    left join rates
        on
            creations.source = rates.source
            and creations.currency = rates.currency
            and creations.flow_date >= rates.valid_from_date
            and creations.flow_date < rates.valid_to_date

    union all

    select
        source,
        pipeline_id,
        deal_id,
        outcome_date as flow_date,
        status as event,
        amount,
        amount_reporting,
        -- A deal recorded after its close has no cycle that anyone knows.
        case when cycle_days >= 0 then cycle_days end as cycle_days,
        0 as open_deals_change,
        0 as open_amount_change
    from closed_deals
    where outcome_date is not null and {{ is_to_refresh("outcome_date", "day") }}

    union all

    select
        source,
        pipeline_id,
        deal_id,
        changed_date as flow_date,
        'open_pipeline_changed' as event,
        null as amount,
        null as amount_reporting,
        null as cycle_days,
        case when is_open then 1 else 0 end - case when was_open then 1 else 0 end
            as open_deals_change,
        case when is_open then amount else 0 end
        - case when was_open then previous_amount else 0 end as open_amount_change
    from open_deal_changes
    where
        (was_open != is_open or amount != previous_amount)
        and {{ is_to_refresh("changed_date", "day") }}

),

segmented as (

    select
        events.*,
        {% for column in segment_columns().values() -%}
        deals.{{ column }},
        {% endfor -%}
        deals.currency
    from events
    inner join deals
        on events.source = deals.source and events.deal_id = deals.deal_id

)

select
    source,
    pipeline_id,
    currency,
    flow_date,
    {{ grouped_segment_type() }} as segment_type,
    {{ grouped_segment() }} as segment,
    count(*) filter (where event = 'created') as created_deals,
    coalesce(sum(amount_reporting) filter (where event = 'created'), 0) as created_amount,
    count(*) filter (where event = 'created' and amount is not null and amount_reporting is null)
        as created_without_rate,
    count(*) filter (where event = 'won') as won_deals,
    coalesce(sum(amount_reporting) filter (where event = 'won'), 0) as won_amount,
    count(*) filter (where event = 'won' and amount is not null and amount_reporting is null)
        as won_without_rate,
    count(amount_reporting) filter (where event = 'won') as won_deals_with_amount,
    coalesce(sum(cycle_days) filter (where event = 'won'), 0) as won_cycle_days,
    count(cycle_days) filter (where event = 'won') as won_deals_with_cycle,
    count(*) filter (where event = 'lost') as lost_deals,
    count(*) filter (where event in ('won', 'lost')) as closed_deals,
    coalesce(sum(amount_reporting) filter (where event in ('won', 'lost')), 0) as closed_amount,
    count(*) filter (
        where event in ('won', 'lost') and amount is not null and amount_reporting is null
    ) as closed_without_rate,
    sum(open_deals_change) as open_deals_change,
    sum(open_amount_change) as open_amount_change
from segmented
{{ group_by_segment(["source", "pipeline_id", "currency", "flow_date"]) }}
