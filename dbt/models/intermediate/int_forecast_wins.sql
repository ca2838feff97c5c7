-- Every time a deal was won, with its amount then, and the day from which it was no longer won
-- (reopened, deleted or merged). Revenue of a period is what was won in it and still is at its end;
-- later changes of mind do not rewrite it.
with

states as (

    select * from {{ ref("int_deal_days") }}

),

rates as (

    select * from {{ ref("int_fx_rates") }}

),

runs as (

    select
        *,
        lead(from_date) over (partition by source, deal_id order by from_date) as undone_date
    from states
    where is_new_status

),

valued as (

    select
        runs.*,
        {{ in_reporting_currency("runs.amount", "runs.currency", "rates.rate_to_reporting") }}
            as amount_reporting
    from runs
    left join rates
        on
            runs.source = rates.source
            and runs.currency = rates.currency
            and runs.from_date >= rates.valid_from_date
            and runs.from_date < rates.valid_to_date
    where runs.status = 'won'

)

select
    source,
    pipeline_id,
    deal_id,
    from_date as won_date,
    undone_date,
    amount_reporting,
    amount is not null and amount_reporting is null as is_without_rate
from valued
