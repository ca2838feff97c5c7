{%- set series = ["source", "pipeline_id", "stage_id", "segment_type", "segment", "kind"] -%}
-- The stays of each episode's series in the weeks that its last figures are of, with the deals'
-- segments and the chances that the usual pace would have given them.
with

episodes as (

    select * from {{ ref("int_bottleneck_episodes") }}

),

aged_stays as (

    select * from {{ ref("int_aged_stays") }}

),

rates as (

    select * from {{ ref("int_stage_weekly_rates") }}

),

evidence as (

    select * from {{ ref("int_stage_weekly_evidence") }}

),

stays as (

    select
        episodes.bottleneck_id,
        episodes.last_week - episodes.window_weeks + 1 as first_week,
        episodes.last_week,
        aged_stays.source,
        aged_stays.pipeline_id,
        aged_stays.stage_id,
        aged_stays.deal_id,
        aged_stays.visit_number,
        {% for column in segment_columns().values() -%}
        aged_stays.{{ column }},
        {% endfor -%}
        aged_stays.amount_reporting,
        {{ day_number("aged_stays.entered_date") }} as entered_day,
        {{ day_number("aged_stays.exited_date") }} as exited_day,
        aged_stays.exit_kind,
        coalesce({{ week_number("aged_stays.exited_date") }} > episodes.last_week, true)
            as is_waiting,
        7 * episodes.last_week + 6 - {{ day_number("aged_stays.entered_date") }} as days_waiting
    from episodes
    inner join aged_stays
        on
            episodes.source = aged_stays.source
            and episodes.pipeline_id = aged_stays.pipeline_id
            and (episodes.is_whole_pipeline or episodes.stage_id = aged_stays.stage_id)
            and episodes.last_week >= {{ week_number("aged_stays.entered_date") }}
            and coalesce(
                {{ week_number("aged_stays.exited_date") }}
                > episodes.last_week - episodes.window_weeks,
                true
            )
            and case episodes.segment_type
                {% for segment_type, column in segment_columns().items() -%}
                when '{{ segment_type }}' then aged_stays.{{ column }}
                {% endfor -%}
                else 'all'
            end = episodes.segment

),

stay_weeks as (

    -- Whole weeks from its begin on, also after the deal has left: what the usual pace would have
    -- made of it does not stop there.
    select
        *,
        {{ each_number(
            "greatest(first_week, cast(floor(entered_day / 7.0) as integer))", "last_week"
        ) }} as week_number
    from stays

),

aged as (

    select
        *,
        {{ age_band("7 * week_number + 6 - entered_day") }} as age_band,
        7 * week_number + 7 - greatest(entered_day, 7 * week_number) as days
    from stay_weeks

),

hazards as (

    select
        aged.bottleneck_id,
        aged.source,
        aged.deal_id,
        aged.visit_number,
        {% for exit in ["advanced", "lost"] -%}
        sum(
            aged.days
            * evidence.common_factor
            * coalesce(rates.{{ exit }}_rate, stage_rates.{{ exit }}_rate, 0)
        ) as {{ exit }}_hazard{{ "," if not loop.last }}
        {% endfor %}
    from aged
    inner join episodes on aged.bottleneck_id = episodes.bottleneck_id
    inner join evidence
        on
            {% for key in series -%}
            {{ "and " if not loop.first }}episodes.{{ key }} = evidence.{{ key }}
            {% endfor -%}
            and aged.week_number = evidence.week_number
    left join rates
        on
            aged.source = rates.source
            and aged.pipeline_id = rates.pipeline_id
            and aged.stage_id = rates.stage_id
            and aged.week_number = rates.week_number
            and aged.age_band = rates.age_band
            and episodes.segment_type = rates.segment_type
            and episodes.segment = rates.segment
    left join rates as stage_rates
        on
            aged.source = stage_rates.source
            and aged.pipeline_id = stage_rates.pipeline_id
            and aged.stage_id = stage_rates.stage_id
            and aged.week_number = stage_rates.week_number
            and aged.age_band = stage_rates.age_band
            and stage_rates.segment_type = 'all'
    group by aged.bottleneck_id, aged.source, aged.deal_id, aged.visit_number

)

select
    stays.*,
    -- That the deal would have left within the weeks, and moved on, at the usual pace.
    1 - exp(-(hazards.advanced_hazard + hazards.lost_hazard)) as usual_chance_to_leave,
    (1 - exp(-(hazards.advanced_hazard + hazards.lost_hazard)))
    * coalesce(
        hazards.advanced_hazard / nullif(hazards.advanced_hazard + hazards.lost_hazard, 0), 0
    ) as usual_chance_to_advance
from stays
inner join hazards
    on
        stays.bottleneck_id = hazards.bottleneck_id
        and stays.source = hazards.source
        and stays.deal_id = hazards.deal_id
        and stays.visit_number = hazards.visit_number
