-- The least that any warehouse of stage changes must do: type the landed rows, keep the newest
-- version of each, and write visits and transitions. What the marts cost is quoted as a multiple.
create table stg_deals as
select
    record_id,
    source_updated_at,
    extracted_at,
    load_seq,
    fields.deal_id,
    fields.stage_id,
    fields.pipeline_id,
    fields.account_id,
    fields.rep_id,
    try_cast(fields.amount as decimal(18, 4)) as amount,
    fields.currency,
    try_cast(fields.created_at as timestamptz) as created_at
from (
    select
        *,
        json_transform(
            payload,
            '{"deal_id":"VARCHAR","stage_id":"VARCHAR","pipeline_id":"VARCHAR","account_id":"VARCHAR",
            "rep_id":"VARCHAR","amount":"VARCHAR","currency":"VARCHAR","created_at":"VARCHAR"}'
        ) as fields
    from read_parquet('{landing}/deals/*.parquet', filename = true)
);

create table stg_deal_stage_history as
select
    record_id,
    source_updated_at,
    extracted_at,
    load_seq,
    fields.deal_id,
    fields.stage_id,
    fields.pipeline_id,
    try_cast(fields.entered_at as timestamptz) as entered_at
from (
    select
        *,
        json_transform(
            payload,
            '{"deal_id":"VARCHAR","stage_id":"VARCHAR","pipeline_id":"VARCHAR","entered_at":"VARCHAR"}'
        ) as fields
    from read_parquet('{landing}/deal_stage_history/*.parquet', filename = true)
);

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
    deal_id,
    pipeline_id,
    stage_id,
    row_number() over by_time as visit_number,
    entered_at,
    lead(entered_at) over by_time as exited_at,
    lead(stage_id) over by_time as next_stage_id,
    date_diff('microsecond', entered_at, lead(entered_at) over by_time) / 3.6e9 as hours_in_stage
from changes
window by_time as (partition by deal_id order by entered_at, load_seq);

create table fct_stage_transitions as
select
    deal_id,
    pipeline_id,
    row_number() over by_time as transition_number,
    lag(stage_id) over by_time as from_stage_id,
    stage_id as to_stage_id,
    entered_at as transitioned_at,
    date_diff('microsecond', lag(entered_at) over by_time, entered_at) / 3.6e9 as hours_in_from_stage
from changes
window by_time as (partition by deal_id order by entered_at, load_seq);
