{%- set p = deal_health_parameters() -%}
-- Of the deals that were still in a stage after so many days and are closed now, how many were won:
-- the chance of a deal at that age. Few deals lean on those of the whole stage.
with

stays as (

    select * from {{ ref("int_stage_closed_stays") }}

),

bands as (

    {% for first_day in [0] + bottleneck_parameters().age_bands -%}
    select {{ loop.index0 }} as age_band, {{ first_day }} as first_day
    {{ "union all" if not loop.last }}
    {% endfor %}
),

stage_chances as (

    select
        source,
        pipeline_id,
        stage_id,
        cast(sum(won_stays) as double) / sum(stays) as win_rate
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
        cast(coalesce(sum(stays.stays), 0) as bigint) as closed_deals,
        cast(coalesce(sum(stays.won_stays), 0) as bigint) as won_deals
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
