-- A measure that metrics_daily does not know would give a metric without values.
{{
    config(meta={
        "entity": "metric_definitions",
        "dagster": {"ref": {"name": "metric_definitions"}},
    })
}}

select metric || ' (' || formula || ')' as example
from {{ ref("metric_definitions") }}
where
    numerator not in ('{{ metric_measures() | join("', '") }}')
    or denominator not in ('{{ metric_measures() | join("', '") }}')
order by example
