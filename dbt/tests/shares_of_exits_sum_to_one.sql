-- The shares of the moves out of a stage sum to 1.
{{ config(meta={"entity": "rpt_transition_matrix"}) }}

select
    'stage ' || from_stage_id as example,
    source,
    pipeline_id,
    sum(share_of_exits) as sum_of_shares
from {{ ref("rpt_transition_matrix") }}
group by source, pipeline_id, from_stage_id
having abs(sum(share_of_exits) - 1) > 1e-9
order by example
