{%- set p = bottleneck_parameters() -%}
{%- set series = ["source", "pipeline_id", "stage_id", "segment_type", "segment", "kind"] -%}
{%- set figures = ["observed", "expected", "observed_advanced", "expected_advanced"] -%}
-- Weeks in which a series was a bottleneck that follow each other make one episode, told by its
-- last such week. It began when the evidence that opened it began to gather.
with

scores as (

    select * from {{ ref("int_stage_weekly_scores") }}

),

numbered as (

    -- Weeks that follow each other less their number in a row are the same number.
    select
        *,
        week_number - row_number() over (
            partition by {{ series | join(", ") }} order by week_number
        ) as island
    from scores
    where status = 'bottleneck'

),

episodes as (

    select
        {{ series | join(", ") }},
        is_whole_pipeline,
        min(week_number) as opened_week,
        max(week_number) as last_week,
        {% for column in figures -%}
        max_by({{ column }}, week_number) as {{ column }},
        {% endfor -%}
        max_by(ratio, week_number) as ratio,
        max_by(score, week_number) as score,
        max_by(threshold, week_number) as threshold
    from numbered
    group by {{ series | join(", ") }}, is_whole_pipeline, island

),

before_opening as (

    -- The last of the lowest points: evidence gathers from the week after it.
    select
        {% for key in series -%}
        episodes.{{ key }},
        {% endfor -%}
        episodes.opened_week,
        scores.week_number as lowest_week
    from episodes
    inner join scores
        on
            {% for key in series -%}
            {{ "and " if not loop.first }}episodes.{{ key }} = scores.{{ key }}
            {% endfor -%}
            and scores.week_number
            between episodes.opened_week - {{ p.memory_weeks }} and episodes.opened_week - 1
    qualify row_number() over (
        partition by
            {% for key in series -%}
            episodes.{{ key }},
            {% endfor -%}
            episodes.opened_week
        order by scores.cumulative_evidence, scores.week_number desc
    ) = 1

),

dated as (

    select
        episodes.*,
        {{ first_of_week("before_opening.lowest_week + 1") }} as began_on,
        {{ last_of_week("episodes.opened_week") }} as opened_on,
        {{ last_of_week("episodes.last_week") }} as last_alarm_date,
        case
            when episodes.last_week < {{ last_finished_week() }}
                then {{ last_of_week("episodes.last_week + 1") }}
        end as resolved_on,
        case episodes.kind
            {% for kind, rule in p.kinds.items() -%}
            when '{{ kind }}' then {{ rule.window_weeks }}
            {% endfor -%}
        end as window_weeks
    from episodes
    inner join before_opening
        on
            {% for key in series + ["opened_week"] -%}
            {{ "and " if not loop.first }}episodes.{{ key }} = before_opening.{{ key }}
            {% endfor %}

),

named as (

    select
        *,
        md5(
            concat_ws(
                '|', source, pipeline_id, stage_id, segment_type, segment, kind,
                cast(opened_on as {{ dbt.type_string() }})
            )
        ) as own_id
    from dated

),

known_before as (

    {{ episodes_of_last_refresh(series) }}

),

inherited as (

    -- An episode keeps the id of the one of the last refresh that it overlaps: data that come late
    -- may move its first day. Where one has become two, the earlier keeps it.
    select
        named.own_id,
        known_before.bottleneck_id
    from named
    inner join known_before
        on
            {% for key in series -%}
            {{ "and " if not loop.first }}named.{{ key }} = known_before.{{ key }}
            {% endfor -%}
            and named.opened_on <= known_before.last_alarm_date
            and named.last_alarm_date >= known_before.opened_on
    qualify
        row_number() over (partition by named.own_id order by known_before.opened_on) = 1
        and row_number() over (
            partition by known_before.bottleneck_id order by named.opened_on
        ) = 1

)

select
    coalesce(inherited.bottleneck_id, named.own_id) as bottleneck_id,
    {% for key in series -%}
    named.{{ key }},
    {% endfor -%}
    named.is_whole_pipeline,
    named.began_on,
    named.opened_on,
    named.last_alarm_date,
    named.resolved_on,
    named.last_week,
    named.window_weeks,
    {% for column in figures -%}
    named.{{ column }},
    {% endfor -%}
    named.ratio,
    named.score,
    named.threshold
from named
left join inherited on named.own_id = inherited.own_id
