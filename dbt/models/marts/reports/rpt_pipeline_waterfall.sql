-- Movements come from deals that changed, balances from running sums: never deals times periods.
{% set movements = [
    "opening", "created", "reopened", "switched_in", "owner_in", "pulled_in", "pushed_in",
    "increased", "decreased", "pulled_out", "pushed_out", "owner_out", "switched_out", "won", "lost",
    "deleted", "merged", "fx", "closing",
] %}
{% set series = "source, pipeline_id, currency, period_kind" %}
with

movements as (

    select * from {{ ref("int_pipeline_movements") }}
    where period_start <= {{ as_of_date() }}

),

changes as (

    select * from {{ ref("int_pipeline_period_changes") }}
    where period_start <= {{ as_of_date() }}

),

rates as (

    select * from {{ ref("int_fx_rates") }}

),

days as (

    select date_day from {{ ref("dim_dates") }}
    where date_day <= {{ as_of_date() }}

),

beginnings as (

    select {{ series }}, min(period_start) as first_period_start
    from changes
    group by {{ series }}

),

periods as (
    {% for kind in period_kinds() %}
    select distinct
        '{{ kind }}' as period_kind,
        {{ first_of_period(kind, "date_day") }} as period_start,
        {{ last_of_period(kind, first_of_period(kind, "date_day")) }} as period_end
    from days
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}
),

balances as (

    select
        beginnings.source,
        beginnings.pipeline_id,
        beginnings.currency,
        beginnings.period_kind,
        periods.period_start,
        coalesce(changes.deals, 0) as changed_deals,
        coalesce(changes.amount, 0) as changed_amount,
        sum(coalesce(changes.deals, 0)) over so_far as closing_deals,
        sum(coalesce(changes.amount, 0)) over so_far as closing_amount,
        coalesce(changes.opening_due_deals, 0) as opening_due_deals,
        coalesce(changes.opening_due_amount, 0) as opening_due_amount,
        coalesce(changes.closing_due_deals, 0) as closing_due_deals,
        coalesce(changes.closing_due_amount, 0) as closing_due_amount
    from beginnings
    inner join periods
        on
            beginnings.period_kind = periods.period_kind
            and beginnings.first_period_start <= periods.period_start
    left join changes
        on
            beginnings.source = changes.source
            and beginnings.pipeline_id = changes.pipeline_id
            and beginnings.currency = changes.currency
            and beginnings.period_kind = changes.period_kind
            and periods.period_start = changes.period_start
    window
        so_far as (
            partition by
                beginnings.source,
                beginnings.pipeline_id,
                beginnings.currency,
                beginnings.period_kind
            order by periods.period_start
        )

),

steps as (

    select
        {{ series }},
        period_start,
        'opening' as movement,
        closing_deals - changed_deals as deals_affected,
        closing_deals - changed_deals as deals,
        closing_amount - changed_amount as amount,
        null as amount_after,
        opening_due_deals as due_deals,
        opening_due_amount as due_amount
    from balances

    union all

    select
        {{ series }},
        period_start,
        movement,
        deals_affected,
        deals,
        amount,
        amount_after,
        due_deals,
        due_amount
    from movements

    union all

    select
        {{ series }},
        period_start,
        'closing' as movement,
        closing_deals as deals_affected,
        closing_deals as deals,
        closing_amount as amount,
        null as amount_after,
        closing_due_deals as due_deals,
        closing_due_amount as due_amount
    from balances

),

dated as (

    -- What was there is worth the rate of the evening before, all else that of the last day.
    select
        steps.*,
        periods.period_end,
        case
            when steps.movement = 'opening' then {{ add_days("steps.period_start", -1) }}
            else least(periods.period_end, {{ as_of_date() }})
        end as rate_date
    from steps
    inner join periods
        on
            steps.period_kind = periods.period_kind
            and steps.period_start = periods.period_start

),

valued as (

    select
        dated.*,
        {{ in_reporting_currency("dated.amount", "dated.currency", "rates.rate_to_reporting") }}
            as amount_reporting,
        {{ in_reporting_currency("dated.due_amount", "dated.currency", "rates.rate_to_reporting") }}
            as due_amount_reporting
    from dated
    left join rates
        on
            dated.source = rates.source
            and dated.currency = rates.currency
            and rates.valid_from_date <= dated.rate_date
            and dated.rate_date < rates.valid_to_date

),

revaluations as (

    -- What the deals do not explain, the rates do; unknown where one of them is.
    select
        {{ series }},
        period_start,
        period_end,
        max(case when movement = 'opening' then deals else 0 end) as deals_affected,
        case
            when count(*) = count(amount_reporting)
                then
                    sum(
                        case
                            when movement = 'closing' then amount_reporting
                            else -amount_reporting
                        end
                    )
        end as amount_reporting,
        case
            when count(*) = count(due_amount_reporting)
                then
                    sum(
                        case
                            when movement = 'closing' then due_amount_reporting
                            else -due_amount_reporting
                        end
                    )
        end as due_amount_reporting
    from valued
    group by {{ series }}, period_start, period_end

),

told as (

    select
        {{ series }},
        period_start,
        period_end,
        movement,
        deals_affected,
        deals,
        amount,
        amount_reporting,
        amount_after,
        due_deals,
        due_amount,
        due_amount_reporting
    from valued

    union all

    select
        {{ series }},
        period_start,
        period_end,
        'fx' as movement,
        deals_affected,
        0 as deals,
        0 as amount,
        amount_reporting,
        null as amount_after,
        0 as due_deals,
        0 as due_amount,
        due_amount_reporting
    from revaluations
    where amount_reporting is distinct from 0 or due_amount_reporting is distinct from 0

)

select
    source,
    pipeline_id,
    period_kind,
    period_start,
    period_end,
    {{ add_days("period_end", 1) }} <= {{ first_day_after_as_of() }} as is_complete,
    currency,
    movement,
    case movement
        {% for movement in movements -%}
        when '{{ movement }}' then {{ loop.index }}
        {% endfor -%}
    end as movement_position,
    cast(deals_affected as bigint) as deals_affected,
    cast(deals as bigint) as deals,
    cast(amount as decimal(18, 4)) as amount,
    cast(amount_reporting as decimal(18, 4)) as amount_reporting,
    cast(amount_after as decimal(18, 4)) as amount_after,
    cast(due_deals as bigint) as due_deals,
    cast(due_amount as decimal(18, 4)) as due_amount,
    cast(due_amount_reporting as decimal(18, 4)) as due_amount_reporting
from told
