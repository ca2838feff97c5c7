-- Opening plus movements is closing, per period and currency: deals and amounts, in the whole open
-- pipeline and in what is due, with one opening and one closing.
{{ config(meta={"entity": "rpt_pipeline_waterfall"}) }}

{% set measures = [
    "deals", "amount", "amount_reporting", "due_deals", "due_amount", "due_amount_reporting",
] %}

with

signed as (

    select
        *,
        case when movement = 'closing' then -1 else 1 end as sign
    from {{ ref("rpt_pipeline_waterfall") }}

)

select
    period_kind || ' of ' || period_start || ' (' || currency || ')' as example,
    source,
    pipeline_id,
    {% for measure in measures -%}
    sum(sign * {{ measure }}) as {{ measure }}_left_over,
    {% endfor -%}
    count(*) filter (where movement = 'opening') as openings,
    count(*) filter (where movement = 'closing') as closings
from signed
group by source, pipeline_id, period_kind, period_start, currency
having
    count(*) filter (where movement = 'opening') != 1
    or count(*) filter (where movement = 'closing') != 1
    {% for measure in measures -%}
    -- An amount without a rate is unknown, and so is the sum.
    or (count(*) = count({{ measure }}) and sum(sign * {{ measure }}) != 0)
    {% endfor -%}
order by example
