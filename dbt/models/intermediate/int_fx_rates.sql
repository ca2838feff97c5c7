-- A rate holds from its date until the next one, and for seven days at most.
with

rates as (

    select * from {{ ref("int_fx_rates_unioned") }}

)

select
    source,
    currency,
    rate_to_reporting,
    rate_date as valid_from_date,
    least(
        coalesce(
            lead(rate_date) over (partition by source, currency order by rate_date),
            {{ add_days("rate_date", 8) }}
        ),
        {{ add_days("rate_date", 8) }}
    ) as valid_to_date
from rates
where rate_to_reporting > 0
