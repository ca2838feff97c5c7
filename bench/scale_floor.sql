-- The least that any warehouse of stage changes must do: type the landed rows with all columns of
-- the contract, keep the newest version of each, and write visits and transitions with the columns
-- that the contract names, from clean data and in one pass. What the marts cost is quoted as a
-- multiple.
create table stg_deals as
select
    record_id,
    source_updated_at,
    extracted_at,
    load_seq,
    is_deleted as is_deleted_in_source,
    filename as landed_file,
    fields.deal_id,
    fields.stage_id,
    fields.name,
    fields.pipeline_id,
    fields.account_id,
    fields.rep_id,
    try_cast(fields.amount as decimal(18, 4)) as amount,
    fields.currency,
    try_cast(fields.created_at as timestamptz) as created_at,
    try_cast(fields.expected_close_date as date) as expected_close_date,
    try_cast(fields.closed_at as timestamptz) as closed_at,
    fields.forecast_category,
    fields.loss_reason,
    fields.competitor,
    fields.lead_id,
    fields.lead_source,
    fields.campaign_id,
    fields.product_id,
    fields.deal_type,
    fields.budget,
    fields.authority,
    fields.need,
    fields.timeline,
    try_cast(fields.is_deleted as boolean) as is_deleted,
    try_cast(fields.deleted_at as timestamptz) as deleted_at,
    fields.merged_into_deal_id,
    try_cast(fields.merged_at as timestamptz) as merged_at,
    try_cast(fields.updated_at as timestamptz) as updated_at
from (
    select
        *,
        json_transform(
            payload,
            '{"deal_id":"VARCHAR","stage_id":"VARCHAR","name":"VARCHAR"
            ,"pipeline_id":"VARCHAR","account_id":"VARCHAR","rep_id":"VARCHAR"
            ,"amount":"VARCHAR","currency":"VARCHAR","created_at":"VARCHAR"
            ,"expected_close_date":"VARCHAR","closed_at":"VARCHAR"
            ,"forecast_category":"VARCHAR","loss_reason":"VARCHAR","competitor":"VARCHAR"
            ,"lead_id":"VARCHAR","lead_source":"VARCHAR","campaign_id":"VARCHAR"
            ,"product_id":"VARCHAR","deal_type":"VARCHAR","budget":"VARCHAR"
            ,"authority":"VARCHAR","need":"VARCHAR","timeline":"VARCHAR"
            ,"is_deleted":"VARCHAR","deleted_at":"VARCHAR","merged_into_deal_id":"VARCHAR"
            ,"merged_at":"VARCHAR","updated_at":"VARCHAR"}'
        ) as fields
    from read_parquet('{landing}/deals/*.parquet', filename = true)
);

create table stg_deal_stage_history as
select
    record_id,
    source_updated_at,
    extracted_at,
    load_seq,
    is_deleted as is_deleted_in_source,
    filename as landed_file,
    fields.deal_id,
    fields.stage_id,
    try_cast(fields.entered_at as timestamptz) as entered_at,
    fields.pipeline_id,
    try_cast(fields.sequence as bigint) as sequence,
    fields.changed_by
from (
    select
        *,
        json_transform(
            payload,
            '{"deal_id":"VARCHAR","stage_id":"VARCHAR","entered_at":"VARCHAR"
            ,"pipeline_id":"VARCHAR","sequence":"VARCHAR","changed_by":"VARCHAR"}'
        ) as fields
    from read_parquet('{landing}/deal_stage_history/*.parquet', filename = true)
);

create table stages as
select
    payload ->> 'stage_id' as stage_id,
    (payload ->> 'position')::integer as position,
    payload ->> 'kind' as kind
from read_parquet('{landing}/stages/*.parquet');

create table deals as
select * from stg_deals
qualify row_number() over (
    partition by record_id order by source_updated_at desc, extracted_at desc, load_seq desc
) = 1;

create table changes as
select * from stg_deal_stage_history
qualify row_number() over (
    partition by record_id order by source_updated_at desc, extracted_at desc, load_seq desc
) = 1;

create table fct_stage_visits as
select
    'files' as source,
    pipeline_id,
    deal_id,
    row_number() over by_time as visit_number,
    stage_id,
    kind as stage_kind,
    entered_at,
    lead(entered_at) over by_time as exited_at,
    case
        when lead(stage_id) over by_time is null then 'open'
        when lead(kind) over by_time != 'open' then lead(kind) over by_time
        when kind != 'open' then 'reopened'
        when lead(position) over by_time > position then 'advanced'
        else 'regressed'
    end as exit_kind,
    date_diff('microsecond', entered_at, lead(entered_at) over by_time) / 3.6e9 as hours_in_stage,
    row_number() over (partition by deal_id, stage_id order by entered_at, load_seq) > 1
        as is_reentry,
    false as is_inferred_history
from changes
inner join stages using (stage_id)
window by_time as (partition by deal_id order by entered_at, load_seq);

create table fct_stage_transitions as
select
    'files' as source,
    pipeline_id,
    deal_id,
    row_number() over by_time as transition_number,
    lag(stage_id) over by_time as from_stage_id,
    stage_id as to_stage_id,
    entered_at as transitioned_at,
    date_diff('microsecond', lag(entered_at) over by_time, entered_at) / 3.6e9
        as hours_in_from_stage,
    case
        when lag(stage_id) over by_time is null then 'created'
        when kind != 'open' then kind
        when lag(kind) over by_time != 'open' then 'reopened'
        when position < lag(position) over by_time then 'backward'
        when position = lag(position) over by_time + 1 then 'forward'
        else 'skip'
    end as direction,
    greatest(position - lag(position) over by_time - 1, 0) as stages_skipped
from changes
inner join stages using (stage_id)
window by_time as (partition by deal_id order by entered_at, load_seq)
