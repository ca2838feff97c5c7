-- A plain cross-check of the estimates: of the stays that had the whole horizon, the share that
-- converted within it. For the window: the latest entries, as many days of them, that had it.
{% set window_days = conversion_estimate_parameters().window_days -%}
with

first_stays as (

    select
        *,
        {{ days_between_dates("entered_date", first_day_after_as_of()) }} - 1 as days_seen,
        case
            when exited_date < {{ first_day_after_as_of() }} and direct_outcome = 'converted'
                then {{ days_between_dates("entered_date", "exited_date") }}
        end as days_to_conversion
    from {{ ref("int_stage_first_stays") }}
    where entered_date < {{ first_day_after_as_of() }}

),

segments as (

    select * from {{ ref("int_deal_segments") }}

),

stays as (

    select
        first_stays.*,
        segments.segment_type,
        segments.segment,
        {{ first_of_quarter("first_stays.entered_date") }} as period_start_date
    from first_stays
    inner join segments
        on first_stays.source = segments.source and first_stays.deal_id = segments.deal_id

),

counted as (
{% for horizon in conversion_estimate_parameters().horizons %}
    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        'cohort' as form,
        period_start_date,
        {{ horizon }} as horizon_day,
        count(*) as matured_entered,
        count(*) filter (where days_to_conversion <= {{ horizon }}) as matured_converted
    from stays
    where days_seen >= {{ horizon }}
    group by source, pipeline_id, stage_id, segment_type, segment, period_start_date

    union all

    select
        source,
        pipeline_id,
        stage_id,
        segment_type,
        segment,
        'window' as form,
        {{ add_days(first_day_after_as_of(), -window_days) }} as period_start_date,
        {{ horizon }} as horizon_day,
        count(*) as matured_entered,
        count(*) filter (where days_to_conversion <= {{ horizon }}) as matured_converted
    from stays
    where days_seen >= {{ horizon }} and days_seen < {{ horizon + window_days }}
    group by source, pipeline_id, stage_id, segment_type, segment
    {%- if not loop.last %}

    union all
    {% endif -%}
{% endfor %}

)

select * from counted
