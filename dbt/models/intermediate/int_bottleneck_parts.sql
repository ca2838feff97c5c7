-- Episodes that only show a wider one from nearer: at least four fifths of their stays are stays of
-- another series with more deals, which is in an episode of the same kind at the same time, or the
-- deals pile up where they leave slowly. One that goes on for more than four weeks after the wider
-- one is over has become one of its own.
with

episodes as (

    select * from {{ ref("int_bottleneck_episodes") }}

),

stays as (

    select * from {{ ref("int_bottleneck_stays") }}

),

shared as (

    select
        stays.bottleneck_id,
        wider.bottleneck_id as part_of_bottleneck_id,
        wider.expected as wider_expected,
        avg(
            cast(case
                when
                    (wider.is_whole_pipeline or wider.stage_id = stays.stage_id)
                    and case wider.segment_type
                        {% for segment_type, column in segment_columns().items() -%}
                        when '{{ segment_type }}' then stays.{{ column }}
                        {% endfor -%}
                        else 'all'
                    end = wider.segment
                    then 1
                else 0
            end as double)
        ) as share_of_stays
    from stays
    inner join episodes as narrower on stays.bottleneck_id = narrower.bottleneck_id
    inner join episodes as wider
        on
            narrower.source = wider.source
            and narrower.pipeline_id = wider.pipeline_id
            and narrower.bottleneck_id != wider.bottleneck_id
            and narrower.opened_on <= wider.last_alarm_date
            and narrower.last_alarm_date >= wider.opened_on
            and narrower.last_alarm_date <= wider.last_alarm_date + 28
            and (
                -- Deals that leave slowly pile up: that is no trouble of its own.
                (narrower.kind = 'piling_up' and wider.kind = 'slow')
                or (
                    narrower.kind = wider.kind
                    and (
                        narrower.expected < wider.expected
                        or (
                            narrower.expected = wider.expected
                            and narrower.bottleneck_id > wider.bottleneck_id
                        )
                    )
                )
            )
    group by stays.bottleneck_id, wider.bottleneck_id, wider.expected

)

select
    bottleneck_id,
    part_of_bottleneck_id
from shared
where share_of_stays >= 0.8
qualify row_number() over (
    partition by bottleneck_id order by wider_expected desc, part_of_bottleneck_id
) = 1
