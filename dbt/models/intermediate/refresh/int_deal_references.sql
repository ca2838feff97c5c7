{{ config(materialized="view") }}
-- What deals refer to and take their place, segments and worth from: one row per stage, rep,
-- account and dated rate, with all that a deal takes from it. A rate counts from since_date.
select
    source,
    'pipeline' as kind,
    pipeline_id as id,
    concat_ws(
        '|',
        {% for column in ["stage_id", "stage_name", "position", "kind", "open_rank"] -%}
        coalesce(cast({{ column }} as {{ dbt.type_string() }}), 'null'){{ "," if not loop.last }}
        {% endfor -%}
    ) as taken,
    cast(null as date) as since_date
from {{ ref("int_stages") }}

union all

-- Where a source does not say to which pipeline an entry belongs, it is one that lists the stage.
select
    source,
    'stage' as kind,
    stage_id as id,
    pipeline_id as taken,
    null as since_date
from {{ ref("int_stages_unioned") }}

union all

select
    source,
    'rep' as kind,
    rep_id as id,
    coalesce(team, 'unknown') || '|' || coalesce(region, 'unknown') as taken,
    null as since_date
from {{ ref("int_reps") }}

union all

select
    source,
    'account' as kind,
    account_id as id,
    {{ size_band("employee_count") }} as taken,
    null as since_date
from {{ ref("int_accounts_unioned") }}

union all

select
    source,
    'currency' as kind,
    currency as id,
    cast(rate_to_reporting as {{ dbt.type_string() }}) as taken,
    valid_from_date as since_date
from {{ ref("int_fx_rates") }}
