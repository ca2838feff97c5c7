{%- set p = deal_health_parameters() -%}
-- Stays in open stages that ended in the last year, of deals that are closed now, by the days that
-- they took: two models look at them, and few days are quicker to look through than many stays.
with

stays as (

    select
        *,
        {{ days_between_dates("entered_date", "exited_date") }} as days_in_stage
    from {{ ref("int_aged_stays") }}
    where
        deal_status in ('won', 'lost')
        and exited_date > {{ add_days(as_of_date(), -7 * p.history_weeks) }}

)

select
    source,
    pipeline_id,
    stage_id,
    days_in_stage,
    count(*) as stays,
    count(*) filter (where deal_status = 'won') as won_stays
from stays
group by source, pipeline_id, stage_id, days_in_stage
