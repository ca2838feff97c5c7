{%- set candidates = {"stage": "stage_id"} -%}
{%- do candidates.update(segment_columns()) -%}
-- The segments that the missing exits of an episode gather in. Each is held against its own past in
-- the stage and then against the other deals of the episode: of exits that fell everywhere alike
-- each segment has its share. All stages together are told apart by stage.
with

episodes as (

    select * from {{ ref("int_bottleneck_episodes") }}

),

stays as (

    select * from {{ ref("int_bottleneck_stays") }}

),

rates as (

    select * from {{ ref("int_stage_weekly_rates") }}

),

stay_weeks as (

    select
        *,
        {{ each_number(
            "greatest(first_week, cast(floor(entered_day / 7.0) as integer))",
            "least(last_week, coalesce(cast(floor(exited_day / 7.0) as integer), last_week))"
        ) }} as week_number
    from stays

),

counted as (

    select
        bottleneck_id,
        source,
        pipeline_id,
        stage_id,
        {% for column in segment_columns().values() -%}
        {{ column }},
        {% endfor -%}
        week_number,
        {{ age_band("7 * week_number + 6 - entered_day") }} as age_band,
        least(coalesce(exited_day, 7 * week_number + 6), 7 * week_number + 6)
        - greatest(entered_day, 7 * week_number) + 1 as deal_days,
        case when entered_day >= 7 * week_number then 1 else 0 end as entered,
        case when exited_day <= 7 * week_number + 6 then 1 else 0 end as exited,
        case
            when exited_day <= 7 * week_number + 6 and exit_kind in ('advanced', 'won')
                then 1 else 0
        end as advanced,
        case when exited_day <= 7 * week_number + 6 and exit_kind = 'lost' then 1 else 0 end as lost
    from stay_weeks

),

candidates as (

    {% for segment_type, column in candidates.items() %}
    select
        *,
        '{{ segment_type }}' as segment_type,
        {{ column }} as segment
    from counted
    {{ "union all" if not loop.last }}
    {% endfor %}

),

expected as (

    select
        candidates.bottleneck_id,
        candidates.segment_type,
        candidates.segment,
        episodes.expected,
        episodes.window_weeks,
        sum(case episodes.kind
            when 'slow' then candidates.advanced + candidates.lost
            when 'leaking' then candidates.advanced
            else candidates.exited
        end) as segment_observed,
        sum(case episodes.kind
            when 'slow' then candidates.deal_days * (rates.advanced_rate + rates.lost_rate)
            when 'leaking'
                then
                    (candidates.advanced + candidates.lost)
                    * rates.advanced_rate
                    / nullif(rates.advanced_rate + rates.lost_rate, 0)
            else candidates.entered
        end) as segment_usual
    from candidates
    inner join episodes on candidates.bottleneck_id = episodes.bottleneck_id
    inner join rates
        on
            candidates.source = rates.source
            and candidates.pipeline_id = rates.pipeline_id
            and candidates.stage_id = rates.stage_id
            and candidates.week_number = rates.week_number
            and candidates.age_band = rates.age_band
            and rates.is_judged
            and case
                when candidates.segment_type = 'stage' then rates.segment_type = 'all'
                else
                    candidates.segment_type = rates.segment_type
                    and candidates.segment = rates.segment
            end
    where
        candidates.segment_type != episodes.segment_type
        and (candidates.segment_type != 'stage' or episodes.is_whole_pipeline)
    group by
        candidates.bottleneck_id,
        candidates.segment_type,
        candidates.segment,
        episodes.expected,
        episodes.window_weeks

),

shared as (

    select
        *,
        sum(segment_observed) over by_type as type_observed,
        segment_usual / nullif(sum(segment_usual) over by_type, 0) as share_of_expected
    from expected
    window by_type as (partition by bottleneck_id, segment_type)

),

tested as (

    -- Binomial: of the exits that there were, the segment's share by its past.
    select
        *,
        expected * share_of_expected as segment_expected,
        (segment_observed - type_observed * share_of_expected)
        / sqrt(
            greatest(type_observed * share_of_expected * (1 - share_of_expected), 0.25)
        ) as deviation
    from shared
    where share_of_expected < 1

)

select
    bottleneck_id,
    segment_type,
    segment,
    window_weeks,
    cast(segment_observed as bigint) as observed,
    segment_expected as expected,
    share_of_expected,
    deviation,
    row_number() over (
        partition by bottleneck_id
        order by deviation, segment_type, segment
    ) as rank
from tested
-- Two standard deviations below its share of what there was.
where deviation < -2
