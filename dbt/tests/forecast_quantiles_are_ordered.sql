-- A forecast has all three quantiles, in order and none below zero, or none of them.
{{
    config(meta={
        "entity": "rpt_revenue_forecast",
        "dagster": {"ref": {"name": "rpt_revenue_forecast"}},
    })
}}

with

forecasts as (

    select * from {{ ref("rpt_revenue_forecast") }}

)

select
    method || ' for ' || period || ' as of ' || cast(as_of_date as {{ dbt.type_string() }})
        as example,
    source,
    pipeline_id,
    status,
    p10,
    p50,
    p90
from forecasts
where
    (status = 'ok') != coalesce(p10 >= 0 and p10 <= p50 and p50 <= p90, false)
    or (status != 'ok' and (p10 is not null or p50 is not null or p90 is not null))
order by source, pipeline_id, example
