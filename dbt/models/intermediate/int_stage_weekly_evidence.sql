{%- set p = bottleneck_parameters() -%}
{%- set kinds = p.kinds -%}
{%- set series = ["source", "pipeline_id", "stage_id", "segment_type", "segment"] -%}
{%- set peers = ["source", "pipeline_id", "is_whole_pipeline", "segment_type", "kind"] -%}
-- How strongly each week speaks for a bottleneck, by kind: the logarithm of the likelihood of what
-- happened if exits, or chances, were what they are in a bottleneck over that if they were as
-- usual, divided by how much more the weeks of such series vary than chance makes them.
with

weeks as (

    select * from {{ ref("int_stage_weekly_expectations") }}

),

moves as (

    select
        {{ series | join(", ") }},
        is_whole_pipeline,
        week_number,
        first_judged_week,
        judged_advanced,
        judged_lost,
        expected_advanced,
        judged_advanced + judged_lost as exits,
        expected_advanced + expected_lost as expected_exits,
        expected_advanced / nullif(expected_advanced + expected_lost, 0) as expected_share,
        entered,
        exited,
        coalesce(sum(entered) over baseline, 0) as baseline_entered,
        coalesce(sum(exited) over baseline, 0) as baseline_exited
    from weeks
    window baseline as (
        partition by {{ series | join(", ") }}
        order by week_number
        range between {{ p.baseline_weeks + p.lag_weeks - 1 }} preceding
        and {{ p.lag_weeks }} preceding
    )

),

adjusted as (

    -- What all other stages (or segments in stages) do in the same week, season and holidays, is
    -- not a series' own doing. The whole pipeline has no others: it is held against its last year.
    select
        *,
        case
            when is_whole_pipeline
                then
                    cast(sum(exits) over last_year as double)
                    / nullif(sum(expected_exits) over last_year, 0)
            else
                ({{ p.pseudo_exits }} - exits + sum(exits) over others)
                / ({{ p.pseudo_exits }} - expected_exits + sum(expected_exits) over others)
        end as common_factor
    from moves
    window
        others as (
            partition by source, pipeline_id, is_whole_pipeline, segment_type, week_number
        ),
        last_year as (
            partition by {{ series | join(", ") }}
            order by week_number
            range between {{ 52 + p.season_weeks // 2 }} preceding
            and {{ 52 - p.season_weeks // 2 }} preceding
        )

),

leavers as (

    select
        *,
        -- Where nothing is expected to leave, nobody leaves who could tell anything.
        case
            when expected_share is not null then least(greatest(expected_share, 0.02), 0.98)
        end as share
    from adjusted
    where not is_whole_pipeline

),

flows as (

    select
        *,
        least(
            greatest(
                -- In decimals, Spark would keep six digits of it.
                cast(baseline_exited + 2 as double) / (baseline_entered + baseline_exited + 4),
                0.02
            ),
            0.98
        ) as share
    from adjusted
    where not is_whole_pipeline

),

tilted_flows as (

    select
        *,
        {{ kinds.piling_up.factor }} * share
        / (1 - share + {{ kinds.piling_up.factor }} * share) as tilted_share
    from flows

),

trials as (

    -- Exits against a Poisson expectation.
    select
        {{ series | join(", ") }},
        is_whole_pipeline,
        week_number,
        'slow' as kind,
        first_judged_week
        + case when is_whole_pipeline then {{ 52 + p.season_weeks // 2 }} else 0 end
            as first_judged_week,
        exits as observed,
        expected_exits * common_factor as expected,
        judged_advanced as observed_advanced,
        expected_advanced * common_factor as expected_advanced,
        common_factor,
        expected_exits * common_factor as mean_by_chance,
        expected_exits * common_factor as variance_by_chance,
        expected_exits * common_factor * (1 - {{ kinds.slow.factor }})
        + exits * ln({{ kinds.slow.factor }}) as log_ratio
    from adjusted

    union all

    -- Deals that moved on among those that left.
    select
        {{ series | join(", ") }},
        is_whole_pipeline,
        week_number,
        'leaking' as kind,
        first_judged_week,
        judged_advanced as observed,
        coalesce(exits * share, 0) as expected,
        judged_advanced as observed_advanced,
        coalesce(exits * share, 0) as expected_advanced,
        1.0 as common_factor,
        coalesce(exits * share, 0) as mean_by_chance,
        coalesce(exits * share * (1 - share), 0) as variance_by_chance,
        coalesce(
            judged_advanced * ln({{ kinds.leaking.factor }})
            + judged_lost * ln((1 - {{ kinds.leaking.factor }} * share) / (1 - share)), 0
        ) as log_ratio
    from leavers

    union all

    -- Exits among entries and exits.
    select
        {{ series | join(", ") }},
        is_whole_pipeline,
        week_number,
        'piling_up' as kind,
        first_judged_week,
        exited as observed,
        entered * share / (1 - share) as expected,
        judged_advanced as observed_advanced,
        expected_advanced * common_factor as expected_advanced,
        common_factor,
        (entered + exited) * share as mean_by_chance,
        (entered + exited) * share * (1 - share) as variance_by_chance,
        exited * ln(tilted_share / share)
        + entered * ln((1 - tilted_share) / (1 - share)) as log_ratio
    from tilted_flows

),

judged as (

    select
        *,
        coalesce(week_number >= first_judged_week and mean_by_chance is not null, false)
            as is_judged
    from trials

),

variation as (

    select
        {{ (peers + ["week_number"]) | join(", ") }},
        sum(
            (observed - mean_by_chance) * (observed - mean_by_chance) - variance_by_chance
        ) as excess,
        sum(variance_by_chance * variance_by_chance) as squared
    from judged
    where is_judged
    group by {{ (peers + ["week_number"]) | join(", ") }}

),

dispersions as (

    -- Variance beyond chance, relative to the square of chance's own (method of moments).
    select
        {{ (peers + ["week_number"]) | join(", ") }},
        greatest(
            coalesce(sum(excess) over past / nullif(sum(squared) over past, 0), 0), 0
        ) as dispersion
    from variation
    window past as (
        partition by {{ peers | join(", ") }}
        order by week_number
        range between {{ p.dispersion_weeks }} preceding and 1 preceding
    )

)

select
    {% for key in series -%}
    judged.{{ key }},
    {% endfor -%}
    judged.kind,
    judged.week_number,
    judged.is_whole_pipeline,
    coalesce(
        judged.is_judged
        and judged.week_number >= judged.first_judged_week + {{ p.dispersion_minimum_weeks }},
        false
    ) as is_judged,
    cast(judged.observed as bigint) as observed,
    case when judged.is_judged then judged.expected end as expected,
    judged.common_factor,
    judged.observed_advanced,
    case when judged.is_judged then judged.expected_advanced end as expected_advanced,
    dispersions.dispersion,
    case
        when
            judged.is_judged
            and judged.week_number >= judged.first_judged_week + {{ p.dispersion_minimum_weeks }}
            then judged.log_ratio / (1 + dispersions.dispersion * judged.variance_by_chance)
        else 0
    end as evidence
from judged
left join dispersions
    on
        {% for key in peers + ["week_number"] -%}
        {{ "and " if not loop.first }}judged.{{ key }} = dispersions.{{ key }}
        {% endfor %}
