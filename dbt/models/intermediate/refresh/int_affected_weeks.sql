{%- set begin = ["source", "pipeline_id", "stage_id", "deal_id"]
    + segment_columns().values() | list + ["visit_number", "entered_date"] -%}
{%- set columns = begin + ["exited_date", "exit_kind"] -%}
-- Finished weeks in which a stay counts otherwise than it did when the last refresh was made: those
-- that were not over then, and those between the dates on which a stay was another one.
with

affected_deals as (

    select * from {{ ref("int_affected_deals") }}

),

earlier as (

    select {{ columns | join(", ") }}
    from {{ ref("int_stays_before_refresh") }}

),

now as (

    select
        {% for column in columns -%}
        stays.{{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ ref("int_aged_stays") }} as stays
    inner join affected_deals
        on stays.source = affected_deals.source and stays.deal_id = affected_deals.deal_id

),

gone as (

    select * from earlier
    except
    select * from now

),

new as (

    select * from now
    except
    select * from earlier

),

differing as (

    select * from gone
    union all
    select * from new

),

changed_stays as (

    -- A stay that only ends otherwise is the same one until the earlier of its two ends.
    select
        case when count(*) = 2 then min(exited_date) else entered_date end as first_date,
        case when count(*) = count(exited_date) then max(exited_date) end as last_date
    from differing
    group by {{ begin | join(", ") }}

),

spans as (

    select
        {{ week_number("first_date") }} as first_week,
        least(
            coalesce({{ week_number("last_date") }}, {{ last_finished_week() }}),
            {{ last_finished_week() }}
        ) as last_week
    from changed_stays

    union distinct

    select
        {{ week_number(business_date("(changed_after + interval 1 second)")) }} as first_week,
        {{ last_finished_week() }} as last_week
    from {{ refresh_scope() }} as newest
    where not is_full

),

weeks as (

    select {{ each_number("first_week", "last_week") }} as week_number
    from spans
    where first_week <= last_week

)

select distinct week_number
from weeks
