{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_estimates_to_refresh() }}",
) }}
-- The conversion curve at the published horizons. Where the last stay under observation left before
-- the horizon and some had not ended, or where nobody was watched on some day before it, nobody
-- knows: the estimate is null.
{% set series = ["source", "pipeline_id", "stage_id", "segment_type", "segment", "form",
    "period_start_date", "period_end_date"] -%}
with

risk_sets as (

    select * from {{ ref("int_stage_risk_sets") }}
    where {{ is_estimate_to_refresh() }}

),

curves as (

    select * from {{ ref("int_stage_conversion_curves") }}
    where {{ is_estimate_to_refresh() }}

),

horizons as (
{% for horizon in conversion_estimate_parameters().horizons %}
    select {{ horizon }} as horizon_day
    {%- if not loop.last %} union all{% endif -%}
{% endfor %}

),

observed as (

    select
        {% for key in series -%}
        risk_sets.{{ key }},
        {% endfor -%}
        horizons.horizon_day,
        sum(risk_sets.net_entering) filter (where risk_sets.day_in_stage < horizons.horizon_day)
            as at_risk,
        max(risk_sets.unknown_from_day) as unknown_from_day
    from risk_sets
    cross join horizons
    group by all

),

reached as (

    select
        {% for key in series -%}
        curves.{{ key }},
        {% endfor -%}
        horizons.horizon_day,
        max_by(curves.estimate, curves.day_in_stage) as estimate,
        max_by(curves.standard_error, curves.day_in_stage) as standard_error,
        max_by(curves.lost_estimate, curves.day_in_stage) as lost_estimate,
        max_by(curves.other_estimate, curves.day_in_stage) as other_estimate,
        max_by(curves.staying_estimate, curves.day_in_stage) as staying_estimate
    from curves
    inner join horizons on curves.day_in_stage <= horizons.horizon_day
    group by all

),

joined as (

    select
        {% for key in series -%}
        observed.{{ key }},
        {% endfor -%}
        observed.horizon_day,
        observed.at_risk,
        coalesce(observed.horizon_day < observed.unknown_from_day, true)
        and (observed.at_risk > 0 or coalesce(reached.staying_estimate, 1) = 0) as is_known,
        coalesce(reached.estimate, 0) as estimate,
        coalesce(reached.standard_error, 0) as standard_error,
        coalesce(reached.lost_estimate, 0) as lost_estimate,
        coalesce(reached.other_estimate, 0) as other_estimate,
        coalesce(reached.staying_estimate, 1) as staying_estimate
    from observed
    left join reached
        on
            observed.horizon_day = reached.horizon_day
            {% for key in series -%}
            and observed.{{ key }} = reached.{{ key }}
            {% endfor %}
)

select
    {{ series | join(", ") }},
    horizon_day,
    cast(coalesce(at_risk, 0) as bigint) as at_risk,
    {% for figure in ["estimate", "standard_error", "lost_estimate", "other_estimate",
        "staying_estimate"] %}
    case when is_known then {{ figure }} end as {{ figure }}
    {%- if not loop.last %},{% endif %}
    {% endfor %}
from joined
