-- Every metric by the formula that its definition names: this model knows measures, not metrics.
with

measures as (

    select * from {{ ref("int_daily_measures") }}

),

definitions as (

    select * from {{ ref("metric_definitions") }}

),

computed as (

    select
        measures.source,
        measures.pipeline_id,
        definitions.metric,
        measures.date_day as metric_date,
        measures.segment_type as dimension,
        measures.segment as dimension_value,
        definitions.denominator is not null as is_ratio,
        {% for part in ["numerator", "denominator"] -%}
        case definitions.{{ part }}
            {% for measure in metric_measures() -%}
            when '{{ measure }}' then cast(measures.{{ measure }} as double)
            {% endfor %}
        end as {{ part }}{{ "," if not loop.last }}
        {% endfor %}
    from measures
    cross join definitions

)

select
    source,
    pipeline_id,
    metric,
    metric_date,
    dimension,
    dimension_value,
    numerator,
    denominator,
    case when is_ratio then {{ ratio("numerator", "denominator") }} else numerator end as value
from computed
