with

formulas as (

    select * from {{ ref("metric_formulas") }}

)

select
    metric,
    name,
    -- The span says over which days; the formula need not repeat it.
    replace(
        case when denominator is null then numerator else numerator || ' / ' || denominator end,
        'trailing_',
        ''
    ) as formula,
    numerator,
    denominator,
    span,
    case when span = 'trailing' then {{ trailing_days() }} end as trailing_days,
    unit,
    owner,
    mart,
    description
from formulas
