-- Velocity and its factors are those of the metric layer at the end of each month.
{{
    config(meta={
        "entity": "rpt_sales_velocity",
        "dagster": {"ref": {"name": "rpt_sales_velocity"}},
    })
}}

with

reported as (

    {% for metric, column in {
        "open_deals": "open_deals",
        "win_rate": "win_rate",
        "average_won_amount": "average_amount",
        "cycle_days": "cycle_days",
        "sales_velocity": "velocity_per_day",
    }.items() -%}
    select
        source,
        pipeline_id,
        segment_type,
        segment,
        measured_date,
        '{{ metric }}' as metric,
        cast({{ column }} as double) as reported_value
    from {{ ref("rpt_sales_velocity") }}
    {% if not loop.last %}
    union all

    {% endif -%}
    {% endfor %}
)

select
    reported.metric || ' of ' || reported.segment || ' on ' || reported.measured_date as example,
    reported.source,
    reported.pipeline_id,
    reported.segment_type,
    reported.reported_value,
    metrics.value
from reported
left join {{ ref("metrics_daily") }} as metrics
    on
        reported.source = metrics.source
        and reported.pipeline_id = metrics.pipeline_id
        and reported.segment_type = metrics.dimension
        and reported.segment = metrics.dimension_value
        and reported.measured_date = metrics.metric_date
        and reported.metric = metrics.metric
where
    metrics.metric is null
    or (reported.reported_value is null) != (metrics.value is null)
    or abs(reported.reported_value - metrics.value) > 1e-9 * abs(metrics.value)
order by example
