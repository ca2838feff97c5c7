-- At most one method per forecast is the default, and only one that has figures.
{{
    config(meta={
        "entity": "rpt_revenue_forecast",
        "dagster": {"ref": {"name": "rpt_revenue_forecast"}},
    })
}}

with

defaults as (

    select * from {{ ref("rpt_revenue_forecast") }}
    where is_default

)

select
    period || ' as of ' || cast(as_of_date as {{ dbt.type_string() }}) as example,
    source,
    pipeline_id,
    count(*) as defaults,
    count(p50) as defaults_with_figures
from defaults
group by source, pipeline_id, as_of_date, period
having count(*) > 1 or count(p50) < 1
order by source, pipeline_id, example
