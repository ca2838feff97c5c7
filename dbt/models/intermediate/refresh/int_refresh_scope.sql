{{ config(materialized=made_per_deal()) }}
-- One row per refresh that was begun: what it has to make anew. All deals, where the last complete
-- refresh knew other settings or a later as-of, or a table is gone; else those that changed since.
-- A refresh that broke off may have left rows of its own as-of behind, so the next one looks as far
-- as that one.
with

begun as (

    {{ refreshes_begun() }}

),

completed as (

    {{ refreshes_completed() }}

),

last_completed as (

    select
        coalesce(max(begun.refresh_number), 0) as refresh_number,
        max_by(begun.as_of, begun.refresh_number) as as_of,
        max_by(begun.settings, begun.refresh_number) as settings
    from begun
    inner join completed on begun.refresh_number = completed.refresh_number

),

broken_off as (

    select
        coalesce(bool_or(begun.is_full), false) as is_full,
        max(begun.as_of) as as_of
    from begun
    inner join last_completed on begun.refresh_number > last_completed.refresh_number

),

numbers as (

    select coalesce(max(refresh_number), 0) + 1 as refresh_number
    from (
        select refresh_number from begun
        union all
        select refresh_number from completed
    ) as refreshes

)

select
    cast(numbers.refresh_number as bigint) as refresh_number,
    {{ as_of() }} as as_of,
    '{{ refresh_settings() }}' as settings,
    {{ "true" if some_rows_are_missing() else "false" }} or coalesce(
        last_completed.settings != '{{ refresh_settings() }}'
        or last_completed.as_of > {{ as_of() }}
        or broken_off.is_full,
        true
    ) as is_full,
    cast(last_completed.refresh_number as bigint) as last_completed_number,
    last_completed.as_of as changed_after,
    greatest({{ as_of() }}, coalesce(broken_off.as_of, {{ as_of() }})) as changed_until
from numbers
cross join last_completed
cross join broken_off
