{#
    Hours between two naive UTC timestamps that fall into business hours on business days, by the
    clocks of the business time zone: the business hours before the end less those before the start,
    both counted from a Monday long ago. Holidays are days like others. Null where either is. Never
    below 0: when the clocks go back, a stay may end at an earlier time of day than it began.
#}
{% macro business_hours(start_at, end_at) -%}
    case
        when {{ start_at }} <= {{ end_at }}
            then
                greatest(
                    {{ business_hours_until(end_at) }} - {{ business_hours_until(start_at) }}, 0
                )
    end
{%- endmacro %}

{% macro business_hours_until(timestamp_utc) -%}
    {%- set days = business_days() -%}
    {%- set opens, closes = business_day_hours() -%}
    {%- set hours_per_day = closes - opens -%}
    {%- set local_date = business_date(timestamp_utc) -%}
    {%- set local_time = business_time(timestamp_utc) -%}
    {%- set day_of_week = iso_day_of_week(local_date) -%}
    {%- set whole_weeks =
        "(" ~ days_between_dates("date '1900-01-01'", local_date) ~ " - " ~ day_of_week ~ " + 1) / 7"
    -%}
    cast(
        {{ whole_weeks }} * {{ days | length * hours_per_day }}
        + case {{ day_of_week }}
            {%- for day in range(1, 8) %}
            when {{ day }}
                then
                    {{ days | select("lt", day) | list | length * hours_per_day }}
                    {%- if day in days %}
                    + least(
                        greatest(
                            {{ elapsed_hours("cast(" ~ local_date ~ " as timestamp)", local_time) }}
                            - {{ opens }},
                            0
                        ),
                        {{ hours_per_day }}
                    )
                    {%- endif %}
            {%- endfor %}
        end as double
    )
{%- endmacro %}
