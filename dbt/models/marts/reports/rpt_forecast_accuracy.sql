with

accuracy as (

    select * from {{ ref("int_forecast_accuracy") }}
    where is_latest

)

select
    source,
    pipeline_id,
    period,
    method,
    is_default,
    '{{ reporting_currency() }}' as currency,
    cast(scored_months as bigint) as scored_months,
    absolute_error,
    actual as actual_total,
    forecast - actual as error_total,
    wape,
    (forecast - actual) / nullif(actual, 0) as bias,
    cast(intervals as bigint) as intervals,
    cast(intervals_hit as bigint) as intervals_hit,
    cast(intervals_hit as double) / nullif(intervals, 0) as coverage,
    pinball_loss / nullif(intervals, 0) as pinball_loss
from accuracy
