-- A rate holds from its date until the next one, and for seven days at most. Rates are the
-- company's: a source that brings none takes those of the first configured source that does.
with

rates as (

    select * from {{ ref("int_fx_rates_unioned") }}

),

held as (

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

),

configured as (

    {% for source_name in configured_sources() -%}
    select
        '{{ source_name }}' as source,
        {{ loop.index }} as place
    {% if not loop.last %}
    union all

    {% endif -%}
    {% endfor %}
),

with_rates as (

    select distinct source from held

),

lenders as (

    select configured.source
    from configured
    inner join with_rates on configured.source = with_rates.source
    order by configured.place
    limit 1

),

borrowers as (

    select
        configured.source,
        lenders.source as lender
    from configured
    left join with_rates on configured.source = with_rates.source
    cross join lenders
    where with_rates.source is null

)

select
    source,
    currency,
    rate_to_reporting,
    valid_from_date,
    valid_to_date
from held

union all

select
    borrowers.source,
    held.currency,
    held.rate_to_reporting,
    held.valid_from_date,
    held.valid_to_date
from borrowers
inner join held on borrowers.lender = held.source
