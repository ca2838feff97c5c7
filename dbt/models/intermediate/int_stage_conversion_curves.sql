{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_estimates_to_refresh() }}",
) }}
{#
    Aalen-Johansen: the share converted by day t with losses and other exits as competing outcomes and
    open stays as censored, sum of S(u-) d_converted(u) / n(u) over days u <= t (Aalen and Johansen,
    1978). 1 - Kaplan-Meier is not it: it counts every lost deal as one that might still convert.
    The variance is the delta-method form of Marubini and Valsecchi (1995), from running sums.
#}
{% set series -%}
    partition by source, pipeline_id, stage_id, segment_type, segment, form, period_start_date
{%- endset -%}
with

risk_sets as (

    select
        *,
        converted + lost + other as exits
    from {{ ref("int_stage_risk_sets") }}
    where {{ is_estimate_to_refresh() }}

),

hazards as (

    select
        *,
        cast(at_risk as double) as n,
        cast(exits as double) as d,
        cast(converted as double) as d1
    from risk_sets
    where exits > 0 and coalesce(day_in_stage < unknown_from_day, true)

),

survival as (

    -- Nobody stays where once all at risk have left.
    select
        *,
        case
            when max(case when d = n then 1 else 0 end) over before_today = 1 then 0
            else coalesce(
                exp(sum(case when d < n then ln(1 - d / n) end) over before_today), 1
            )
        end as staying_before
    from hazards
    window
        before_today as (
            {{ series }} order by day_in_stage rows between unbounded preceding and 1 preceding
        )

),

incidence as (

    select
        *,
        case when d = n then 0 else staying_before * (1 - d / n) end as staying,
        sum(staying_before * d1 / n) over until_today as estimate,
        sum(staying_before * lost / n) over until_today as lost_estimate,
        sum(staying_before * other / n) over until_today as other_estimate
    from survival
    window
        until_today as (
            {{ series }} order by day_in_stage rows between unbounded preceding and current row
        )

),

summands as (

    select
        *,
        case when d < n then d / (n * (n - d)) else 0 end as exit_term,
        staying_before * d1 / (n * n) as conversion_term,
        staying_before * staying_before * d1 * (n - d1) / (n * n * n) as own_term
    from incidence

),

variances as (

    select
        *,
        estimate * estimate * sum(exit_term) over until_today
        - 2 * estimate * sum(estimate * exit_term) over until_today
        + sum(estimate * estimate * exit_term) over until_today
        + sum(own_term) over until_today
        - 2
        * (
            estimate * sum(conversion_term) over until_today
            - sum(estimate * conversion_term) over until_today
        ) as variance,
        -- Greenwood (1926), the variance of Kaplan-Meier.
        staying * staying * sum(exit_term) over until_today as staying_variance
    from summands
    window
        until_today as (
            {{ series }} order by day_in_stage rows between unbounded preceding and current row
        )

)

select
    source,
    pipeline_id,
    stage_id,
    segment_type,
    segment,
    form,
    period_start_date,
    period_end_date,
    day_in_stage,
    at_risk,
    converted,
    lost,
    other,
    -- Sums of doubles may pass 1, or fall below 0, by a rounding error.
    least(estimate, 1) as estimate,
    -- What the sums leave of a variance of nothing depends on their order; its root is no error.
    case when variance > 1e-14 then sqrt(variance) else 0 end as standard_error,
    least(lost_estimate, 1) as lost_estimate,
    least(other_estimate, 1) as other_estimate,
    staying as staying_estimate,
    sqrt(staying_variance) as staying_standard_error
from variances
