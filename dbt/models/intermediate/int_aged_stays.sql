{{ config(materialized="view") }}
-- Stays in open stages of which it is known how long they had lasted on any day, with the segments
-- of their deal.
with

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where
        stage_kind = 'open'
        and entered_date is not null
        and not (is_left_truncated or is_inferred_history)

),

deals as (

    select * from {{ ref("fct_deals") }}

)

select
    visits.source,
    visits.pipeline_id,
    visits.stage_id,
    visits.deal_id,
    visits.visit_number,
    {% for column in segment_columns().values() -%}
    deals.{{ column }},
    {% endfor -%}
    deals.status as deal_status,
    deals.amount_reporting,
    visits.entered_date,
    visits.exited_date,
    visits.exit_kind
from visits
inner join deals on visits.source = deals.source and visits.deal_id = deals.deal_id
