-- sqlfluff:dialect:postgres
{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_periods_to_refresh('created_month', 'month', lasting=true) }}",
) }}
-- Deals by the month of their creation and the months that it took to win them; null where they are
-- not won.
{% set keys = ["source", "pipeline_id", "created_month", "months_to_win"] -%}
with

deals as (

    select
        *,
        {{ first_of_month("created_date") }} as created_month,
        -- A deal entered after it was won belongs to its first month.
        case
            when won_date is not null
                then greatest({{ months_between_dates("created_date", "won_date") }}, 0)
        end as months_to_win
    from {{ ref("fct_deals") }}
    where
        status in ('open', 'won', 'lost')
        and created_date is not null
        and {{ is_to_refresh("created_date", "month", lasting=true) }}

)

select
    {{ keys | join(",\n    ") }},
    {{ grouped_segment_type() }} as segment_type,
    {{ grouped_segment() }} as segment,
    count(*) as deals,
    coalesce(sum(amount_reporting), 0) as amount_reporting,
    count(*) filter (where amount is not null and amount_reporting is null) as without_rate
from deals
{{ group_by_segment(keys) }}
