-- sqlfluff:dialect:postgres
{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_estimates_to_refresh() }}",
) }}
-- First stays as they were seen, once per segment of their deal and form of estimate, in days since
-- entry: from when on a stay was under observation, and until when with what outcome.
--
-- cohort: everybody who entered in a quarter, watched from the start. window: what was seen in the
-- last days only; a stay that began before comes under observation late (left truncation), so the
-- figure tells the pace of now. Days are business dates and the last one is over, so what happened
-- within a day was seen whole, whoever left and whoever stayed. A stay whose beginning the history
-- does not tell has no day of entry to count from, and is in neither form.
{% set window_days = conversion_estimate_parameters().window_days -%}
{% set keys = ["source", "pipeline_id", "stage_id", "form", "period_start_date", "entry_day",
    "exit_day", "outcome"] -%}
with

entries as (

    select * from {{ ref("int_stage_entries") }}

),

deals as (

    select * from {{ ref("fct_deals") }}

),

observed as (

    select
        *,
        {{ add_days(first_day_after_as_of(), -1) }} as last_date,
        {{ add_days(first_day_after_as_of(), -window_days) }} as window_start_date,
        coalesce(exited_date < {{ first_day_after_as_of() }}, false) as has_ended
    from entries
    where entered_date < {{ first_day_after_as_of() }} and not is_left_truncated

),

timed as (

    select
        *,
        case when has_ended then direct_outcome else 'open' end as outcome,
        case when has_ended then exited_date else last_date end as left_date
    from observed

),

forms as (

    select
        source,
        deal_id,
        pipeline_id,
        stage_id,
        'cohort' as form,
        {{ first_of_quarter("entered_date") }} as period_start_date,
        -1 as entry_day,
        {{ days_between_dates("entered_date", "left_date") }} as exit_day,
        outcome
    from timed
    where {{ is_to_refresh("entered_date", "quarter", lasting=true) }}

    union all

    -- Entry day -1 for whoever was watched from the start: leaving on the day of entry is seen.
    select
        source,
        deal_id,
        pipeline_id,
        stage_id,
        'window' as form,
        window_start_date as period_start_date,
        greatest({{ days_between_dates("entered_date", "window_start_date") }}, 0) - 1
            as entry_day,
        {{ days_between_dates("entered_date", "left_date") }} as exit_day,
        outcome
    from timed
    where left_date >= window_start_date

),

joined as (

    select
        forms.*,
        {% for column in segment_columns().values() -%}
        deals.{{ column }}{{ "," if not loop.last }}
        {% endfor -%}
    from forms
    inner join deals on forms.source = deals.source and forms.deal_id = deals.deal_id

),

counted as (

    select
        {{ keys | join(",\n        ") }},
        {{ grouped_segment_type() }} as segment_type,
        {{ grouped_segment() }} as segment,
        count(*) as stays
    from joined
    {{ group_by_segment(keys) }}

)

select
    {{ keys | join(",\n    ") }},
    case
        when form = 'cohort' then {{ add_days(add_months_to_date("period_start_date", 3), -1) }}
        else {{ add_days(first_day_after_as_of(), -1) }}
    end as period_end_date,
    segment_type,
    segment,
    stays
from counted
