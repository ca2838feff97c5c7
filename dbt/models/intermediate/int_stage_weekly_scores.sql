{%- set p = bottleneck_parameters() -%}
{%- set series = ["source", "pipeline_id", "stage_id", "segment_type", "segment", "kind"] -%}
{%- set figures = ["observed", "expected", "observed_advanced", "expected_advanced"] -%}
-- The evidence gathered over the last weeks: the cumulative sum less its lowest point (CUSUM). An
-- episode opens where it is beyond the threshold and the deals of the last weeks bear it out, and
-- is over by rules of its own, so that it does not flicker.
with

weeks as (

    select
        *,
        cast(count(*) filter (where is_judged and expected > 0) over (
            partition by source, pipeline_id, kind, week_number
        ) as double) as judged_series
    from {{ ref("int_stage_weekly_evidence") }}

),

cumulated as (

    select
        *,
        {% for weeks in p.kinds.values() | map(attribute="window_weeks") | unique -%}
        {% for column in figures -%}
        sum({{ column }}) over last_{{ weeks }} as {{ column }}_{{ weeks }},
        {% endfor -%}
        {% endfor -%}
        sum(evidence) over past as cumulative_evidence
    from weeks
    window
        {% for weeks in p.kinds.values() | map(attribute="window_weeks") | unique -%}
        last_{{ weeks }} as (
            partition by {{ series | join(", ") }}
            order by week_number
            rows between {{ weeks - 1 }} preceding and current row
        ),
        {% endfor -%}
        past as (
            partition by {{ series | join(", ") }}
            order by week_number
            rows between unbounded preceding and current row
        )

),

scored as (

    select
        {{ series | join(", ") }},
        is_whole_pipeline,
        week_number,
        is_judged,
        cumulative_evidence,
        cumulative_evidence - min(cumulative_evidence) over remembered as score,
        {% for column in figures -%}
        case kind
            {% for kind, rule in p.kinds.items() -%}
            when '{{ kind }}' then {{ column }}_{{ rule.window_weeks }}
            {% endfor -%}
        end as {{ column }},
        {% endfor -%}
        case kind
            {% for kind, rule in p.kinds.items() -%}
            when '{{ kind }}' then {{ rule.threshold }}
            {% endfor -%}
        end + ln(greatest(judged_series / {{ p.series }}, 1)) as threshold
    from cumulated
    window remembered as (
        partition by {{ series | join(", ") }}
        order by week_number
        rows between {{ p.memory_weeks }} preceding and current row
    )

),

compared as (

    select
        *,
        observed / nullif(expected, 0) as ratio
    from scored

),

signalled as (

    select
        *,
        coalesce(
            score > threshold
            and expected - observed >= {{ p.minimum_missing }}
            and case kind
                {% for kind, rule in p.kinds.items() -%}
                when '{{ kind }}' then ratio < {{ rule.opens_below }}
                {% endfor -%}
            end, false
        ) as opens,
        coalesce(case kind
            {% for kind, rule in p.kinds.items() -%}
            when '{{ kind }}'
                then ratio >= {{ rule.closes_at }} or score < {{ rule.closes_below }}
            {% endfor -%}
        end, true) as closes
    from compared

),

switched as (

    select
        *,
        max(case when opens then week_number end) over past as last_opened_week,
        max(case when closes and not opens then week_number end) over past as last_closed_week
    from signalled
    window past as (
        partition by {{ series | join(", ") }}
        order by week_number
        rows between unbounded preceding and current row
    )

)

select
    {{ series | join(", ") }},
    is_whole_pipeline,
    week_number,
    {{ figures | join(",\n    ") }},
    ratio,
    cumulative_evidence,
    score,
    threshold,
    case
        when not is_judged then 'learning'
        when last_opened_week > coalesce(last_closed_week, -1) then 'bottleneck'
        when score > {{ p.watch }} * threshold and ratio < 1 then 'watch'
        else 'ok'
    end as status
from switched
