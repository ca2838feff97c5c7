{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('period_start', 'day') }}",
) }}
-- By how much each period changed the open pipeline, and what was due when it began and when it
-- ended.
{% set series = "source, pipeline_id, currency, period_kind" %}
with

deal_periods as (

    select * from {{ ref("int_open_deal_periods") }}
    where {{ is_to_refresh("period_start", "day") }}

)

select
    {{ series }},
    period_start,
    count(*) filter (where is_open) - count(*) filter (where was_open) as deals,
    sum(case when is_open then closing_amount else 0 end - opening_amount) as amount,
    count(*) filter (where was_due) as opening_due_deals,
    sum(case when was_due then opening_amount else 0 end) as opening_due_amount,
    count(*) filter (where is_due) as closing_due_deals,
    sum(case when is_due then closing_amount else 0 end) as closing_due_amount
from deal_periods
group by {{ series }}, period_start
