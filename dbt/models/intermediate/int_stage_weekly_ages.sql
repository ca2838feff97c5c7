-- sqlfluff:dialect:postgres
{%- set cell = ["source", "pipeline_id", "stage_id"] + segment_columns().values() | list -%}
{%- set keys = ["source", "pipeline_id", "stage_id", "week_number", "age_band"] -%}
{%- set counts = ["deal_days", "entered", "exited", "advanced", "lost"] -%}
-- What happened in every finished week to the deals in each open stage, by how long they had been
-- there. A stay whose beginning is unknown has no age and is left out.
with

visits as (

    select * from {{ ref("fct_stage_visits") }}
    where
        stage_kind = 'open'
        and entered_date is not null
        and not (is_left_truncated or is_inferred_history)

),

deals as (

    select * from {{ ref("fct_deals") }}

),

stays as (

    select
        visits.source,
        visits.pipeline_id,
        visits.stage_id,
        {% for column in segment_columns().values() -%}
        deals.{{ column }},
        {% endfor -%}
        {{ day_number("visits.entered_date") }} as entered_day,
        {{ day_number("visits.exited_date") }} as exited_day,
        visits.exit_kind
    from visits
    inner join deals
        on visits.source = deals.source and visits.deal_id = deals.deal_id

),

cells as (

    -- Many rows come of every stay below; a number is lighter to carry along than names.
    select
        *,
        row_number() over (order by {{ cell | join(", ") }}) as cell_number
    from (
        select distinct {{ cell | join(", ") }}
        from stays
    ) as distinct_cells

),

numbered_stays as (

    select
        cells.cell_number,
        stays.entered_day,
        stays.exited_day,
        stays.exit_kind in ('advanced', 'won') as is_advanced,
        stays.exit_kind = 'lost' as is_lost,
        cast(floor(stays.entered_day / 7.0) as integer) as first_week,
        least(
            coalesce(cast(floor(stays.exited_day / 7.0) as integer), {{ last_finished_week() }}),
            {{ last_finished_week() }}
        ) as last_week
    from stays
    inner join cells
        on
            {% for column in cell -%}
            {{ "and " if not loop.first }}stays.{{ column }} = cells.{{ column }}
            {% endfor %}

),

stay_weeks as (

    select
        *,
        {{ each_number("first_week", "last_week") }} as week_number
    from numbered_stays
    where first_week <= last_week

),

counted as (

    select
        cell_number,
        week_number,
        {{ age_band("7 * week_number + 6 - entered_day") }} as age_band,
        -- At risk on a day: in the stage at its start, or entered during it.
        least(coalesce(exited_day, 7 * week_number + 6), 7 * week_number + 6)
        - greatest(entered_day, 7 * week_number) + 1 as deal_days,
        case when entered_day >= 7 * week_number then 1 else 0 end as entered,
        case when exited_day <= 7 * week_number + 6 then 1 else 0 end as exited,
        case when exited_day <= 7 * week_number + 6 and is_advanced then 1 else 0 end as advanced,
        case when exited_day <= 7 * week_number + 6 and is_lost then 1 else 0 end as lost
    from stay_weeks

),

cell_weeks as (

    select
        cell_number,
        week_number,
        age_band,
        {% for column in counts -%}
        sum({{ column }}) as {{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from counted
    group by cell_number, week_number, age_band

)

select
    {{ keys | join(",\n    ") }},
    {{ grouped_segment_type() }} as segment_type,
    {{ grouped_segment() }} as segment,
    {% for column in counts -%}
    cast(sum({{ column }}) as bigint) as {{ column }}{{ "," if not loop.last }}
    {% endfor %}
from cell_weeks
inner join cells on cell_weeks.cell_number = cells.cell_number
{{ group_by_segment(keys) }}
