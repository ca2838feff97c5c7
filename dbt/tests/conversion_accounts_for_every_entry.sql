-- Whoever entered a stage has converted, was lost, left another way or is still open.
{{ config(meta={"entity": "rpt_stage_conversion"}) }}

select
    'stage ' || stage_id || ' (' || rule || ', ' || entry_month || ', ' || segment_type || ' '
    || segment || ')' as example,
    source,
    pipeline_id,
    entered,
    converted,
    lost,
    other,
    open
from {{ ref("rpt_stage_conversion") }}
where entered != converted + lost + other + open
order by example
