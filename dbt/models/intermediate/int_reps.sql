-- A source without stages sells nothing: its reps are those of another system, such as human
-- resources. What a CRM does not say of a rep is taken from there, by the e-mail address.
with

reps as (

    select * from {{ ref("int_reps_unioned") }}

),

selling_sources as (

    select distinct source from {{ ref("int_stages_unioned") }}

),

addressed as (

    select
        *,
        lower(trim(email)) as address
    from reps

),

directory as (

    select addressed.*
    from addressed
    left join selling_sources on addressed.source = selling_sources.source
    where
        selling_sources.source is null
        and addressed.address is not null
        and not addressed.is_deleted
    -- Who was hired again under another number is who they are now.
    qualify
        row_number() over (
            partition by addressed.address
            order by addressed.hired_on desc nulls last, addressed.source, addressed.rep_id
        ) = 1

)

select
    addressed.source,
    addressed.rep_id,
    addressed.name,
    addressed.email,
    addressed.manager_id,
    addressed.is_active,
    addressed.is_deleted,
    directory.source as directory_source,
    directory.rep_id as directory_rep_id,
    coalesce(addressed.team, directory.team) as team,
    coalesce(addressed.region, directory.region) as region,
    coalesce(addressed.hired_on, directory.hired_on) as hired_on
from addressed
left join directory
    on
        addressed.address = directory.address
        and addressed.source != directory.source
