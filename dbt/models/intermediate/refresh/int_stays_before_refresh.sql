{%- set texts = ["source", "pipeline_id", "stage_id", "deal_id"]
    + segment_columns().values() | list + ["exit_kind"] -%}
-- Stays of the affected deals as the last refresh knew them, told by what counts of them by week.
-- As int_dates_before_refresh, it reads what is about to be made anew.
with

affected_deals as (

    select * from {{ ref("int_affected_deals") }}

),

stays as (

    {{ rows_of_last_refresh(
        "int_aged_stays", texts, ["entered_date", "exited_date"], ["visit_number"]
    ) }}

)

select stays.*
from stays
inner join affected_deals
    on stays.source = affected_deals.source and stays.deal_id = affected_deals.deal_id
