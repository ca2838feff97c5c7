-- Every deal that exists at as-of is one row of fct_deals, and nothing else is.
{{
    config(meta={
        "entity": "fct_deals",
        "dagster": {"ref": {"name": "fct_deals"}},
    })
}}

with

expected as (

    select source, deal_id, count(*) as expected_rows
    from {{ ref("int_deals") }}
    group by source, deal_id

),

found as (

    select source, deal_id, count(*) as found_rows
    from {{ ref("fct_deals") }}
    group by source, deal_id

)

select
    'deal ' || coalesce(expected.deal_id, found.deal_id) as example,
    coalesce(expected.source, found.source) as source,
    coalesce(expected.expected_rows, 0) as expected_rows,
    coalesce(found.found_rows, 0) as found_rows
from expected
full outer join found
    on expected.source = found.source and expected.deal_id = found.deal_id
where
    expected.expected_rows is distinct from 1
    or found.found_rows is distinct from 1
order by example
