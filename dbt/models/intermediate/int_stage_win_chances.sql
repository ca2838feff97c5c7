{%- set p = deal_health_parameters() -%}
-- Of the deals that were still in a stage after so many days and are closed now, how many were won:
-- the chance of a deal at that age. Few deals lean on those of the whole stage.
with

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where stage_kind = 'open' and not (is_left_truncated or is_inferred_history)

),

deals as (

    select * from {{ ref("fct_deals") }}
    where status in ('won', 'lost')

),

bands as (

    {% for first_day in [0] + bottleneck_parameters().age_bands -%}
    select {{ loop.index0 }} as age_band, {{ first_day }} as first_day
    {{ "union all" if not loop.last }}
    {% endfor %}
),

stays as (

    select
        visits.source,
        visits.pipeline_id,
        visits.stage_id,
        {{ days_between_dates("visits.entered_date", "visits.exited_date") }} as days_in_stage,
        case when deals.status = 'won' then 1 else 0 end as won
    from visits
    inner join deals on visits.source = deals.source and visits.deal_id = deals.deal_id
    where visits.exited_date > {{ add_days(as_of_date(), -7 * p.history_weeks) }}

),

stage_chances as (

    select
        source,
        pipeline_id,
        stage_id,
        avg(cast(won as double)) as win_rate
    from stays
    group by source, pipeline_id, stage_id

),

counted as (

    -- Every band of every stage: what nobody reached leans on the stage alone.
    select
        stage_chances.source,
        stage_chances.pipeline_id,
        stage_chances.stage_id,
        bands.age_band,
        stage_chances.win_rate as stage_win_rate,
        count(stays.won) as closed_deals,
        coalesce(sum(stays.won), 0) as won_deals
    from stage_chances
    cross join bands
    left join stays
        on
            stage_chances.source = stays.source
            and stage_chances.pipeline_id = stays.pipeline_id
            and stage_chances.stage_id = stays.stage_id
            and stays.days_in_stage >= bands.first_day
    group by
        stage_chances.source,
        stage_chances.pipeline_id,
        stage_chances.stage_id,
        bands.age_band,
        stage_chances.win_rate

)

select
    source,
    pipeline_id,
    stage_id,
    age_band,
    closed_deals,
    won_deals,
    (won_deals + {{ p.pseudo_deals }} * stage_win_rate) / (closed_deals + {{ p.pseudo_deals }})
        as expected_win_rate
from counted
