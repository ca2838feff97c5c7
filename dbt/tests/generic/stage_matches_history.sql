{#
    Deals whose last recorded stage is not the stage that the deal itself names, on the newest records
    whatever as-of is: both then speak of the same moment.
#}
{% test stage_matches_history(model) %}

with

history as (

    select * from {{ ref("int_deal_stage_history_unioned") }}

),

deals as (

    select * from {{ ref("int_deals_unioned") }}

),

last_stages as (

    select source, deal_id, stage_id
    from history
    qualify row_number() over (
        partition by source, deal_id
        order by
            entered_at desc, sequence desc nulls last, extracted_at desc, load_seq desc, stage_id desc
    ) = 1

)

select
    deals.deal_id || ' (' || deals.stage_id || ', history ends in ' || last_stages.stage_id || ')'
        as example
from deals
inner join last_stages
    on deals.source = last_stages.source and deals.deal_id = last_stages.deal_id
where deals.stage_id != last_stages.stage_id
order by example

{% endtest %}
