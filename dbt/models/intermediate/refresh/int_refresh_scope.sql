{{ config(materialized=made_in_parts()) }}
-- One row per refresh that was begun: what it has to make anew. All deals, where the refresh before
-- broke off and may have left some of its rows behind, where the last one knew other settings or a
-- later as-of, or where a table is gone; else those that changed since.
with

begun as (

    {{ refreshes_begun() }}

),

completed as (

    {{ refreshes_completed() }}

),

numbers as (

    select coalesce(max(refresh_number), 0) as last_number
    from (
        select refresh_number from begun
        union all
        select refresh_number from completed
    ) as refreshes

),

last_completed as (

    select
        begun.refresh_number,
        begun.as_of,
        begun.settings
    from begun
    inner join completed on begun.refresh_number = completed.refresh_number
    inner join numbers on begun.refresh_number = numbers.last_number

)

select
    cast(numbers.last_number + 1 as bigint) as refresh_number,
    {{ as_of() }} as as_of,
    '{{ refresh_settings() }}' as settings,
    {{ "true" if some_rows_are_missing() else "false" }} or coalesce(
        last_completed.settings != '{{ refresh_settings() }}'
        or last_completed.as_of > {{ as_of() }},
        true
    ) as is_full,
    cast(coalesce(last_completed.refresh_number, 0) as bigint) as last_completed_number,
    last_completed.as_of as changed_after
from numbers
left join last_completed on numbers.last_number = last_completed.refresh_number
