-- Dates on which counts may come out differently: those of the affected deals, before this refresh
-- and after, and (is_lasting) those on which something began that still lasted when the last
-- refresh was made: its duration, or its worth, is another one every day.
with

earlier as (

    select * from {{ ref("int_dates_before_refresh") }}

),

now as (

    {{ dates_of_affected_deals(before=false) }}

),

scope as (

    select
        refresh_number,
        {{ business_date("(changed_after + interval 1 second)") }} as first_day_after
    from {{ refresh_scope() }} as newest
    where not is_full

),

lasting as (

    select distinct visits.entered_date as date_day
    from {{ ref("fct_stage_visits") }} as visits
    cross join scope
    where coalesce(visits.exited_date >= scope.first_day_after, true) and visits.stage_kind = 'open'

    union distinct

    select distinct entries.entered_date as date_day
    from {{ ref("int_stage_entries") }} as entries
    cross join scope
    where coalesce(entries.exited_date >= scope.first_day_after, true)

    union distinct

    select distinct deals.created_date as date_day
    from {{ ref("fct_deals") }} as deals
    cross join scope
    where
        coalesce(
            case when deals.status = 'won' then deals.won_date else deals.closed_date end
            >= scope.first_day_after,
            true
        )

),

dates as (

    select date_day, false as is_lasting from earlier
    union all
    select date_day, false as is_lasting from now
    union all
    select date_day, true as is_lasting from lasting

)

select date_day, bool_and(is_lasting) as is_lasting
from dates
where date_day is not null
group by date_day
