-- Targets beside what was won and what is open. Everything is in the reporting currency, and a sum
-- that lacks a rate is null.
{# What is still open in a period that is over cannot be won in it any more. -#}
{% set still_due = "case when not compared.is_complete then compared.open_amount end" -%}
with

quotas as (

    select * from {{ ref("int_quotas_unioned") }}
    where not is_deleted

),

deals as (

    select * from {{ ref("fct_deals") }}

),

reps as (

    select * from {{ ref("dim_reps") }}

),

rep_identities as (

    select * from {{ ref("int_reps") }}

),

rates as (

    select * from {{ ref("int_fx_rates") }}

),

translated as (

    -- At the rate of the period's first day: a target must not move while it is worked on.
    select
        quotas.source,
        quotas.period_start,
        quotas.period_end,
        case
            when quotas.rep_id is not null then 'rep'
            when quotas.team is not null then 'team'
            else 'company'
        end as owner_level,
        coalesce(quotas.rep_id, quotas.team, 'all') as owner_id,
        {{ in_reporting_currency("quotas.amount", "quotas.currency", "rates.rate_to_reporting") }}
            as quota_amount
    from quotas
    left join rates
        on
            quotas.source = rates.source
            and quotas.currency = rates.currency
            and least(quotas.period_start, {{ as_of_date() }}) >= rates.valid_from_date
            and least(quotas.period_start, {{ as_of_date() }}) < rates.valid_to_date

),

ranked as (

    select
        *,
        min(case owner_level when 'company' then 1 when 'team' then 2 else 3 end)
            over (partition by source, period_start, period_end) as widest_level
    from translated

),

targets as (

    select
        source,
        period_start,
        period_end,
        owner_level,
        owner_id,
        owner_level as quota_set_for,
        quota_amount
    from ranked
    where owner_level in ('team', 'rep')

    union all

    -- A company without a quota of its own has that of its teams or else of its reps.
    select
        source,
        period_start,
        period_end,
        'company' as owner_level,
        'all' as owner_id,
        owner_level as quota_set_for,
        quota_amount
    from ranked
    where owner_level = case widest_level when 1 then 'company' when 2 then 'team' else 'rep' end

),

owner_quotas as (

    select
        source,
        period_start,
        period_end,
        owner_level,
        owner_id,
        quota_set_for,
        count(*) - count(quota_amount) as quotas_without_rate,
        case when count(*) = count(quota_amount) then sum(quota_amount) end as quota_amount
    from targets
    group by source, period_start, period_end, owner_level, owner_id, quota_set_for

),

quota_sources as (

    select distinct source from quotas

),

selling_sources as (

    select distinct source from deals

),

sources_of_quotas_alone as (

    select quota_sources.source
    from quota_sources
    left join selling_sources on quota_sources.source = selling_sources.source
    where selling_sources.source is null

),

sources_without_quotas as (

    select selling_sources.source
    from selling_sources
    left join quota_sources on selling_sources.source = quota_sources.source
    where quota_sources.source is null

),

measured_sources as (

    select
        quota_sources.source as quota_source,
        selling_sources.source as deal_source
    from quota_sources
    inner join selling_sources on quota_sources.source = selling_sources.source

    union all

    -- Quotas from a source that sells nothing are the company's: they are measured by the deals of
    -- every source that has no quotas of its own.
    select
        sources_of_quotas_alone.source as quota_source,
        sources_without_quotas.source as deal_source
    from sources_of_quotas_alone
    cross join sources_without_quotas

),

counted_deals as (

    select
        measured_sources.quota_source as source,
        deals.team,
        deals.status,
        deals.amount,
        deals.amount_reporting,
        case
            when rep_identities.directory_source = measured_sources.quota_source
                then rep_identities.directory_rep_id
            else deals.rep_id
        end as rep_id,
        case when deals.status = 'won' then deals.won_date else deals.expected_close_date end
            as due_date
    from deals
    inner join measured_sources on deals.source = measured_sources.deal_source
    left join rep_identities
        on deals.source = rep_identities.source and deals.rep_id = rep_identities.rep_id
    where deals.status in ('won', 'open')

),

daily_deals as (

    select
        source,
        team,
        rep_id,
        status,
        due_date,
        count(*) as deals,
        sum(amount_reporting) as amount,
        count(*) filter (where amount is not null and amount_reporting is null) as without_rate
    from counted_deals
    group by source, team, rep_id, status, due_date

),

owner_deals as (

    {% for level, owner in {"company": "'all'", "team": "team", "rep": "rep_id"}.items() -%}
    select
        source,
        '{{ level }}' as owner_level,
        {{ owner }} as owner_id,
        status,
        due_date,
        deals,
        amount,
        without_rate
    from daily_deals
    {% if not loop.last %}
    union all

    {% endif -%}
    {% endfor %}
),

measured as (

    select
        owner_quotas.source,
        owner_quotas.period_start,
        owner_quotas.period_end,
        owner_quotas.owner_level,
        owner_quotas.owner_id,
        owner_quotas.quota_set_for,
        owner_quotas.quotas_without_rate,
        owner_quotas.quota_amount,
        {% for status in ["won", "open"] -%}
        {% set outer = loop -%}
        {% for figure in ["deals", "without_rate", "amount"] -%}
        coalesce(
            sum(owner_deals.{{ figure }}) filter (where owner_deals.status = '{{ status }}'), 0
        ) as {{ status }}_{{ figure }}{{ "," if not (outer.last and loop.last) }}
        {% endfor %}
        {%- endfor %}
    from owner_quotas
    left join owner_deals
        on
            owner_quotas.source = owner_deals.source
            and owner_quotas.owner_level = owner_deals.owner_level
            and owner_quotas.owner_id = owner_deals.owner_id
            and owner_quotas.period_start <= owner_deals.due_date
            and owner_quotas.period_end >= owner_deals.due_date
    group by
        owner_quotas.source,
        owner_quotas.period_start,
        owner_quotas.period_end,
        owner_quotas.owner_level,
        owner_quotas.owner_id,
        owner_quotas.quota_set_for,
        owner_quotas.quotas_without_rate,
        owner_quotas.quota_amount

),

known as (

    select
        source,
        period_start,
        period_end,
        owner_level,
        owner_id,
        quota_set_for,
        quotas_without_rate,
        quota_amount,
        won_deals,
        won_without_rate,
        case when won_without_rate = 0 then won_amount end as won_amount,
        open_deals,
        open_without_rate,
        case when open_without_rate = 0 then open_amount end as open_amount,
        {{ days_between_dates("period_start", "period_end") }} + 1 as period_days,
        period_end < {{ first_day_after_as_of() }} as is_complete,
        case
            when period_end < {{ first_day_after_as_of() }}
                then {{ days_between_dates("period_start", "period_end") }} + 1
            when period_start < {{ first_day_after_as_of() }}
                then {{ days_between_dates("period_start", first_day_after_as_of()) }}
            else 0
        end as elapsed_days
    from measured

),

compared as (

    select
        *,
        {{ ratio("won_amount", "quota_amount") }} as attainment,
        case when won_amount >= quota_amount then 0 else quota_amount - won_amount end
            as remaining_amount,
        {{ ratio("elapsed_days", "period_days") }} as elapsed_share
    from known

)

select
    compared.source,
    compared.period_start,
    compared.period_end,
    compared.is_complete,
    compared.owner_level,
    compared.owner_id,
    coalesce(reps.rep_name, compared.owner_id) as owner_name,
    compared.quota_set_for,
    cast(compared.quota_amount as decimal(18, 4)) as quota_amount_reporting,
    cast(compared.quotas_without_rate as bigint) as quotas_without_rate,
    cast(compared.won_deals as bigint) as won_deals,
    cast(compared.won_amount as decimal(18, 4)) as won_amount_reporting,
    cast(compared.won_without_rate as bigint) as won_deals_without_rate,
    compared.attainment,
    cast(compared.remaining_amount as decimal(18, 4)) as remaining_amount_reporting,
    cast(compared.open_deals as bigint) as open_due_deals,
    cast(compared.open_amount as decimal(18, 4)) as open_due_amount_reporting,
    cast(compared.open_without_rate as bigint) as open_due_deals_without_rate,
    {{ ratio(still_due, "compared.quota_amount") }} as coverage_of_quota,
    {{ ratio(still_due, "compared.remaining_amount") }} as coverage_of_remaining,
    cast(compared.period_days as integer) as period_days,
    cast(compared.elapsed_days as integer) as elapsed_days,
    {{ ratio("compared.attainment", "compared.elapsed_share") }} as pace
from compared
left join reps
    on
        compared.source = reps.source
        and compared.owner_level = 'rep'
        and compared.owner_id = reps.rep_id
