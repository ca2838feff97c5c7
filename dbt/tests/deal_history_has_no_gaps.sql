-- A deal's intervals follow one another without gap or overlap, and only the last one is current.
{{ config(meta={"entity": "fct_deal_history"}) }}

with

intervals as (

    select
        source,
        deal_id,
        valid_from,
        valid_to,
        lead(valid_from) over (partition by source, deal_id order by valid_from) as next_valid_from
    from {{ ref("fct_deal_history") }}

)

select
    'deal ' || deal_id as example,
    source,
    valid_from,
    valid_to,
    next_valid_from
from intervals
where
    valid_to is distinct from next_valid_from
    or valid_to <= valid_from
order by example
