{{ config(
    materialized=made_in_parts(),
    pre_hook="{{ delete_rows_to_refresh() }}",
) }}
with

changes as (

    select * from {{ rows_to_refresh(ref("int_deal_stage_changes")) }}

),

field_changes as (

    select * from {{ rows_to_refresh(ref("int_deal_field_changes")) }}

),

deals as (

    select * from {{ rows_to_refresh(ref("int_deals_unioned")) }}

),

attributes as (

    select * from {{ rows_to_refresh(ref("int_deal_attributes")) }}

),

creations as (

    select source, deal_id, entered_at as first_at
    from changes
    where transition_number = 1

),

points as (

    select
        source,
        deal_id,
        entered_at as changed_at,
        transition_number as place,
        pipeline_id,
        stage_id,
        kind as stage_kind,
        case when absent_since is not null then false end as is_absent,
        cast(null as decimal(18, 4)) as amount,
        cast(null as date) as expected_close_date,
        cast(null as {{ dbt.type_string() }}) as rep_id,
        cast(null as {{ dbt.type_string() }}) as forecast_category
    from changes

    union all

    select
        source,
        deal_id,
        absent_since as changed_at,
        0 as place,
        null as pipeline_id,
        null as stage_id,
        null as stage_kind,
        true as is_absent,
        null as amount,
        null as expected_close_date,
        null as rep_id,
        null as forecast_category
    from changes
    where absent_since is not null

    union all

    -- A field set before the first stage holds from the start of the history.
    select
        field_changes.source,
        field_changes.deal_id,
        greatest(field_changes.changed_at, creations.first_at) as changed_at,
        0 as place,
        null as pipeline_id,
        null as stage_id,
        null as stage_kind,
        null as is_absent,
        max_by(field_changes.amount, field_changes.changed_at)
            filter (where field_changes.amount is not null) as amount,
        max_by(field_changes.expected_close_date, field_changes.changed_at)
            filter (where field_changes.expected_close_date is not null) as expected_close_date,
        max_by(field_changes.rep_id, field_changes.changed_at)
            filter (where field_changes.rep_id is not null) as rep_id,
        max_by(field_changes.forecast_category, field_changes.changed_at)
            filter (where field_changes.forecast_category is not null) as forecast_category
    from field_changes
    inner join creations
        on field_changes.source = creations.source and field_changes.deal_id = creations.deal_id
    group by
        field_changes.source,
        field_changes.deal_id,
        greatest(field_changes.changed_at, creations.first_at)

    union all

    select
        deals.source,
        deals.deal_id,
        deals.ended_at as changed_at,
        0 as place,
        null as pipeline_id,
        null as stage_id,
        null as stage_kind,
        null as is_absent,
        null as amount,
        null as expected_close_date,
        null as rep_id,
        null as forecast_category
    from deals
    inner join creations on deals.source = creations.source and deals.deal_id = creations.deal_id
    where deals.ended_at is not null

),

filled as (

    select
        source,
        deal_id,
        changed_at as valid_from,
        lead(changed_at) over by_time as valid_to,
        {{ last_known("pipeline_id") }} over so_far as pipeline_id,
        {{ last_known("stage_id") }} over so_far as stage_id,
        {{ last_known("stage_kind") }} over so_far as stage_kind,
        {{ last_known("is_absent") }} over so_far as is_absent,
        {{ last_known("amount") }} over so_far as amount,
        {{ last_known("expected_close_date") }} over so_far as expected_close_date,
        {{ last_known("rep_id") }} over so_far as rep_id,
        {{ last_known("forecast_category") }} over so_far as forecast_category
    from points
    window
        by_time as (partition by source, deal_id order by changed_at, place),
        so_far as (
            partition by source, deal_id
            order by changed_at, place
            rows between unbounded preceding and current row
        )

),

intervals as (

    -- Several changes at one moment: what they end with lasts.
    select * from filled
    where valid_to is null or valid_to > valid_from

)

select
    intervals.source,
    intervals.pipeline_id,
    intervals.deal_id,
    intervals.valid_from,
    intervals.valid_to,
    intervals.stage_id,
    intervals.stage_kind,
    case
        when deals.merged_at = deals.ended_at and intervals.valid_from >= deals.merged_at
            then 'merged'
        when intervals.is_absent or intervals.valid_from >= deals.ended_at then 'deleted'
        else intervals.stage_kind
    end as status,
    case when attributes.has_amount_history then intervals.amount else deals.amount end as amount,
    deals.currency,
    case
        when attributes.has_expected_close_date_history then intervals.expected_close_date
        else deals.expected_close_date
    end as expected_close_date,
    coalesce(
        case when attributes.has_rep_history then intervals.rep_id else deals.rep_id end, 'unknown'
    ) as rep_id,
    case
        when attributes.has_forecast_category_history then intervals.forecast_category
        else deals.forecast_category
    end as forecast_category
from intervals
inner join deals
    on intervals.source = deals.source and intervals.deal_id = deals.deal_id
inner join attributes
    on intervals.source = attributes.source and intervals.deal_id = attributes.deal_id
