-- Only a living deal's last visit lasts; all others, and those of merged and deleted deals, ended.
-- A deletion that was taken back cuts a visit that is not the last.
{{
    config(meta={
        "entity": "fct_stage_visits",
        "dagster": {"ref": {"name": "fct_stage_visits"}},
    })
}}

with

deals as (

    select
        source,
        deal_id,
        status
    from {{ ref("fct_deals") }}

),

visits as (

    select
        source,
        deal_id,
        count(*) filter (where exited_at is null) as lasting_visits,
        count(*) filter (where exit_kind = 'open') as open_visits,
        count(*) filter (where exit_kind in ('merged', 'deleted') and next_stage_id is null)
            as cut_visits,
        max_by(exit_kind, visit_number) as last_exit_kind
    from {{ ref("fct_stage_visits") }}
    group by source, deal_id

)

select
    'deal ' || visits.deal_id as example,
    visits.source,
    deals.status,
    visits.lasting_visits,
    visits.last_exit_kind
from visits
left join deals
    on visits.source = deals.source and visits.deal_id = deals.deal_id
where
    deals.status is null
    or visits.lasting_visits != visits.open_visits
    or visits.open_visits + visits.cut_visits != 1
    or visits.last_exit_kind
    != case when deals.status in ('merged', 'deleted') then deals.status else 'open' end
order by example
