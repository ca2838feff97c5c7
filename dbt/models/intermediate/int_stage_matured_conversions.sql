-- sqlfluff:dialect:postgres
-- A plain cross-check of the estimates: of the stays that had the whole horizon, the share that
-- converted within it. For the window: the latest entries, as many days of them, that had it.
{% set window_days = conversion_estimate_parameters().window_days -%}
{% set horizons = conversion_estimate_parameters().horizons -%}
{% set series = ["source", "pipeline_id", "stage_id"] -%}
with

first_stays as (

    select
        *,
        {{ first_of_quarter("entered_date") }} as period_start_date,
        {{ days_between_dates("entered_date", first_day_after_as_of()) }} - 1 as days_seen,
        case
            when exited_date < {{ first_day_after_as_of() }} and direct_outcome = 'converted'
                then {{ days_between_dates("entered_date", "exited_date") }}
        end as days_to_conversion
    from {{ ref("int_stage_entries") }}
    where entered_date < {{ first_day_after_as_of() }} and not is_left_truncated

),

deals as (

    select * from {{ ref("fct_deals") }}

),

stays as (

    select
        first_stays.*,
        {% for column in segment_columns().values() -%}
        deals.{{ column }}{{ "," if not loop.last }}
        {% endfor -%}
    from first_stays
    inner join deals on first_stays.source = deals.source and first_stays.deal_id = deals.deal_id

),

cohorts as (

    select
        {{ series | join(", ") }},
        period_start_date,
        {{ grouped_segment_type() }} as segment_type,
        {{ grouped_segment() }} as segment,
        {% for horizon in horizons -%}
        count(*) filter (where days_seen >= {{ horizon }}) as entered_{{ horizon }},
        count(*) filter (where days_seen >= {{ horizon }} and days_to_conversion <= {{ horizon }})
            as converted_{{ horizon }}{{ "," if not loop.last }}
        {% endfor -%}
    from stays
    {{ group_by_segment(series + ["period_start_date"]) }}

),

windows as (

    select
        {{ series | join(", ") }},
        {{ grouped_segment_type() }} as segment_type,
        {{ grouped_segment() }} as segment,
        {% for horizon in horizons -%}
        {% set is_in -%}
        days_seen >= {{ horizon }} and days_seen < {{ horizon + window_days }}
        {%- endset -%}
        count(*) filter (where {{ is_in }}) as entered_{{ horizon }},
        count(*) filter (where {{ is_in }} and days_to_conversion <= {{ horizon }})
            as converted_{{ horizon }}{{ "," if not loop.last }}
        {% endfor -%}
    from stays
    where days_seen < {{ horizons[-1] + window_days }}
    {{ group_by_segment(series) }}

)
{% for horizon in horizons %}
select
    {{ series | join(", ") }},
    segment_type,
    segment,
    'cohort' as form,
    period_start_date,
    {{ horizon }} as horizon_day,
    entered_{{ horizon }} as matured_entered,
    converted_{{ horizon }} as matured_converted
from cohorts
where entered_{{ horizon }} > 0

union all

select
    {{ series | join(", ") }},
    segment_type,
    segment,
    'window' as form,
    {{ add_days(first_day_after_as_of(), -window_days) }} as period_start_date,
    {{ horizon }} as horizon_day,
    entered_{{ horizon }} as matured_entered,
    converted_{{ horizon }} as matured_converted
from windows
where entered_{{ horizon }} > 0
{% if not loop.last %}
union all
{% endif %}
{%- endfor %}
