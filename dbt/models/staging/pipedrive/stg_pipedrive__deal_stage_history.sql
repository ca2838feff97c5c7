-- What stage a deal was in follows from three fields of its log: stage, pipeline and status. The
-- whole log comes with every version; a change of status that it has not is told by the deal.
{%- set fields = ["stage_id", "pipeline_id", "status"] %}
{%- set window %}
    partition by record_id, landed_file, load_seq order by changed_at, place
{%- endset %}
with

{{ pipedrive_history(fields, {
    "stage_id": "deal.stage_id",
    "pipeline_id": "deal.pipeline_id",
    "told_status": "deal.status",
    "close_time": "deal.close_time",
    "lost_time": "deal.lost_time",
}) }},

first_values as (

    select
        record_id,
        landed_file,
        load_seq,
        min(changed_at) as changed_at
        {%- for field in fields %},
        max(coalesce(old_value, new_value)) filter (where field = '{{ field }}') as {{ field }}
        {%- endfor %}
    from first_changes
    group by record_id, landed_file, load_seq

),

known as (

    select
        states.record_id,
        states.source_updated_at,
        states.extracted_at,
        states.load_seq,
        states.run_id,
        states.landed_file,
        states.deal_id,
        states.close_time,
        {{ pipedrive_status("states.told_status", "states.close_time", "states.lost_time") }}
            as status,
        first_values.status as first_status,
        coalesce(first_values.stage_id, states.stage_id) as first_stage_id,
        coalesce(first_values.pipeline_id, states.pipeline_id) as first_pipeline_id,
        least(states.add_time, coalesce(first_values.changed_at, states.add_time)) as began_at
    from states
    left join first_values
        on
            states.record_id = first_values.record_id
            and states.landed_file = first_values.landed_file
            and states.load_seq = first_values.load_seq

),

events as (

    select
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        run_id,
        landed_file,
        deal_id,
        began_at as changed_at,
        -1000000 as place,
        true as is_beginning,
        first_stage_id as stage_id,
        first_pipeline_id as pipeline_id,
        case
            when first_status is not null then first_status
            -- Imported as closed: open until then.
            when close_time > began_at then 'open'
            else status
        end as status,
        {{ typed_null("text") }} as changed_by
    from known

    union all

    select
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        run_id,
        landed_file,
        deal_id,
        changed_at,
        place,
        false as is_beginning,
        case when field = 'stage_id' then new_value end as stage_id,
        case when field = 'pipeline_id' then new_value end as pipeline_id,
        case when field = 'status' then new_value end as status,
        changed_by
    from changes

    union all

    select
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        run_id,
        landed_file,
        deal_id,
        close_time as changed_at,
        1 as place,
        false as is_beginning,
        {{ typed_null("text") }} as stage_id,
        {{ typed_null("text") }} as pipeline_id,
        status,
        {{ typed_null("text") }} as changed_by
    from known
    where first_status is null and close_time > began_at

),

filled as (

    select
        record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        run_id,
        landed_file,
        deal_id,
        changed_at,
        place,
        is_beginning,
        changed_by,
        {{ last_known("stage_id") }} over so_far as stage_id,
        {{ last_known("pipeline_id") }} over so_far as pipeline_id,
        {{ last_known("status") }} over so_far as status
    from events
    window so_far as ({{ window }} rows between unbounded preceding and current row)

),

staged_states as (

    select
        *,
        {{ pipedrive_stage("status", "stage_id", "pipeline_id") }} as entered_stage_id
    from filled

),

entries as (

    select
        *,
        row_number() over ({{ window }}) as sequence
    from staged_states
    qualify entered_stage_id is distinct from lag(entered_stage_id) over ({{ window }})

),

located as (

    select
        case
            when is_beginning then concat(deal_id, '|first')
            else concat(deal_id, '|', changed_at, '|', entered_stage_id)
        end as record_id,
        source_updated_at,
        extracted_at,
        load_seq,
        false as is_deleted_in_source,
        run_id,
        landed_file,
        deal_id,
        entered_stage_id as stage_id,
        changed_at as entered_at,
        cast(sequence as string) as sequence,
        changed_by
    from entries
    where entered_stage_id is not null

),

{{ typed_versions(
    "deal_stage_history", ["deal_id", "stage_id", "entered_at", "sequence", "changed_by"], "located"
) }}
