-- A measure that metrics_daily does not know would give a metric without values.
{{
    config(meta={
        "entity": "metric_definitions",
        "dagster": {"ref": {"name": "metric_definitions"}},
    })
}}

with

known as (

    {% for measure in metric_measures() -%}
    select '{{ measure }}' as measure
    {% if not loop.last %}
    union all

    {% endif -%}
    {% endfor %}
)

select definitions.metric || ' (' || definitions.formula || ')' as example
from {{ ref("metric_definitions") }} as definitions
left join known as numerators on definitions.numerator = numerators.measure
left join known as denominators on definitions.denominator = denominators.measure
where
    numerators.measure is null
    or (definitions.denominator is not null and denominators.measure is null)
order by example
