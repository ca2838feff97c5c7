-- The open pipeline of the metrics is that of rpt_pipeline_daily, over all stages and currencies.
{{
    config(meta={
        "entity": "metrics_daily",
        "dagster": {"ref": {"name": "metrics_daily"}},
    })
}}

with

pipeline as (

    select
        source,
        pipeline_id,
        snapshot_date,
        sum(open_deals) as open_deals,
        case when count(*) = count(open_amount_reporting) then sum(open_amount_reporting) end
            as open_amount_reporting
    from {{ ref("rpt_pipeline_daily") }}
    group by source, pipeline_id, snapshot_date

),

metrics as (

    select
        source,
        pipeline_id,
        metric_date,
        max(value) filter (where metric = 'open_deals') as open_deals,
        max(value) filter (where metric = 'open_amount_reporting') as open_amount_reporting
    from {{ ref("metrics_daily") }}
    where dimension = 'all' and metric in ('open_deals', 'open_amount_reporting')
    group by source, pipeline_id, metric_date

)

select
    'pipeline ' || pipeline.pipeline_id || ' on ' || pipeline.snapshot_date as example,
    pipeline.source,
    pipeline.open_deals,
    metrics.open_deals as open_deals_of_metrics,
    pipeline.open_amount_reporting,
    metrics.open_amount_reporting as open_amount_of_metrics
from pipeline
left join metrics
    on
        pipeline.source = metrics.source
        and pipeline.pipeline_id = metrics.pipeline_id
        and pipeline.snapshot_date = metrics.metric_date
where
    pipeline.open_deals != coalesce(metrics.open_deals, 0)
    -- Amounts of stages are rounded one by one.
    or abs(pipeline.open_amount_reporting - metrics.open_amount_reporting) > 0.01
    -- A rate that the metric lacks is lacking to a stage, too.
    or (metrics.open_amount_reporting is null and pipeline.open_amount_reporting is not null)
order by example
