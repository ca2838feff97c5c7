-- Entries of leads into statuses up to as-of, in order, one row per real change of status. The
-- conversion is one of them at converted_at, whether the source recorded it as a status or not. A
-- lead without history is in its current status since its creation, marked as inferred.
with

leads as (

    select
        *,
        {{ plain_word("status") }} as plain_status
    from {{ ref("int_leads_unioned") }}

),

history as (

    select * from {{ ref("int_lead_status_history_unioned") }}

),

vocabulary as (

    select
        raw_name,
        canonical_stage
    from {{ ref("canonical_stages") }}
    where entity = 'lead'

),

recorded as (

    select
        leads.source,
        leads.lead_id,
        history.status,
        {{ plain_word("history.status") }} as plain_status,
        history.changed_at,
        false as is_conversion,
        history.extracted_at,
        history.load_seq,
        false as is_inferred_history,
        leads.created_at,
        leads.deleted_at
    from history
    inner join leads
        on history.source = leads.source and history.lead_id = leads.lead_id

),

without_history as (

    select * from leads
    where not exists (
        select 1 from history
        where history.source = leads.source and history.lead_id = leads.lead_id
    )

),

inferred as (

    -- When a lead that is converted now became so, only its conversion can tell.
    select
        without_history.source,
        without_history.lead_id,
        without_history.status,
        without_history.plain_status,
        without_history.created_at as changed_at,
        false as is_conversion,
        cast(null as timestamp) as extracted_at,
        cast(null as bigint) as load_seq,
        true as is_inferred_history,
        without_history.created_at,
        without_history.deleted_at
    from without_history
    left join vocabulary on without_history.plain_status = vocabulary.raw_name
    where
        without_history.status is not null
        and coalesce(vocabulary.canonical_stage != 'converted', true)

),

conversions as (

    select
        leads.source,
        leads.lead_id,
        'converted' as status,
        'converted' as plain_status,
        leads.converted_at as changed_at,
        true as is_conversion,
        cast(null as timestamp) as extracted_at,
        cast(null as bigint) as load_seq,
        without_history.lead_id is not null as is_inferred_history,
        leads.created_at,
        leads.deleted_at
    from leads
    left join without_history
        on leads.source = without_history.source and leads.lead_id = without_history.lead_id
    where leads.converted_at is not null

),

entries as (

    select * from recorded
    union all
    select * from inferred
    union all
    select * from conversions

),

named as (

    select
        entries.*,
        coalesce(vocabulary.canonical_stage, 'unmapped') as canonical_status,
        -- Whatever the source calls it, a lead converts once: its word and our entry are one.
        case
            when vocabulary.canonical_stage = 'converted' then 'converted'
            else entries.plain_status
        end as status_key
    from entries
    left join vocabulary on entries.plain_status = vocabulary.raw_name
    where
        entries.changed_at <= {{ as_of() }}
        and coalesce(entries.changed_at <= entries.deleted_at, true)

),

ordered as (

    select
        *,
        lag(status_key) over by_time as previous_status_key,
        row_number() over by_time as entry_number
    from named
    window
        by_time as (
            partition by source, lead_id
            order by
                changed_at,
                is_conversion,
                extracted_at nulls last,
                load_seq nulls last,
                status
        )

)

select
    source,
    lead_id,
    status,
    status_key,
    canonical_status,
    {{ lead_funnel_rank("canonical_status") }} as funnel_rank,
    changed_at,
    entry_number,
    is_inferred_history,
    created_at,
    deleted_at
from ordered
where previous_status_key is null or previous_status_key != status_key
