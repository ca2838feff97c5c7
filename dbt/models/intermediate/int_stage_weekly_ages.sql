-- sqlfluff:dialect:postgres
{%- set cell = ["source", "pipeline_id", "stage_id"] + segment_columns().values() | list -%}
{%- set keys = ["source", "pipeline_id", "stage_id", "week_number", "age_band"] -%}
{%- set counts = ["deal_days", "entered", "exited", "advanced", "lost"] -%}
{%- set first_week = first_week_to_refresh() -%}
{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_weeks_to_refresh() }}",
) }}
-- What happened in every finished week to the deals in each open stage, by how long they had been
-- there.
with

stays as (

    select
        *,
        {{ day_number("entered_date") }} as entered_day,
        {{ day_number("exited_date") }} as exited_day
    from {{ ref("int_aged_stays") }}
    -- What was over before is not even read.
    where coalesce(exited_date >= {{ first_of_week(first_week) }}, true)

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
        greatest(cast(floor(stays.entered_day / 7.0) as integer), {{ first_week }}) as first_week,
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
    where {{ is_week_to_refresh("week_number") }}

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
