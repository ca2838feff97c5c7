-- A plain cross-check of the estimates: of the stays that had the whole horizon, the share that
-- converted within it. For the window: the latest entries, as many days of them, that had it.
{% set window_days = conversion_estimate_parameters().window_days -%}
{% set horizons = conversion_estimate_parameters().horizons -%}
{% set series = ["source", "pipeline_id", "stage_id", "segment_type", "segment"] -%}
with

daily_entries as (

    select
        *,
        {{ first_of_quarter("entered_date") }} as entry_quarter,
        {{ days_between_dates("entered_date", first_day_after_as_of()) }} - 1 as days_seen
    from {{ ref("int_stage_daily_entries") }}

),

cohorts as (

    select
        {{ series | join(",\n        ") }},
        entry_quarter,
        {% for horizon in horizons -%}
        sum(entered_dated) filter (where days_seen >= {{ horizon }}) as entered_{{ horizon }},
        sum(converted_within_{{ horizon }}) filter (where days_seen >= {{ horizon }})
            as converted_{{ horizon }}{{ "," if not loop.last }}
        {% endfor -%}
    from daily_entries
    group by {{ series | join(", ") }}, entry_quarter

),

windows as (

    select
        {{ series | join(",\n        ") }},
        {% for horizon in horizons -%}
        {% set is_in -%}
        days_seen >= {{ horizon }} and days_seen < {{ horizon + window_days }}
        {%- endset -%}
        sum(entered_dated) filter (where {{ is_in }}) as entered_{{ horizon }},
        sum(converted_within_{{ horizon }}) filter (where {{ is_in }}) as converted_{{ horizon }}
        {{- "," if not loop.last }}
        {% endfor -%}
    from daily_entries
    where days_seen < {{ horizons[-1] + window_days }}
    group by {{ series | join(", ") }}

)
{% for horizon in horizons %}
select
    {{ series | join(",\n    ") }},
    'cohort' as form,
    entry_quarter as period_start_date,
    {{ horizon }} as horizon_day,
    cast(entered_{{ horizon }} as bigint) as matured_entered,
    cast(converted_{{ horizon }} as bigint) as matured_converted
from cohorts
where entered_{{ horizon }} > 0

union all

select
    {{ series | join(",\n    ") }},
    'window' as form,
    {{ add_days(first_day_after_as_of(), -window_days) }} as period_start_date,
    {{ horizon }} as horizon_day,
    cast(entered_{{ horizon }} as bigint) as matured_entered,
    cast(converted_{{ horizon }} as bigint) as matured_converted
from windows
where entered_{{ horizon }} > 0
{% if not loop.last %}
union all
{% endif %}
{%- endfor %}
