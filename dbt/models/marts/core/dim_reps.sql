-- Reps that a deal or a lead names and the source does not list are inferred members.
with

reps as (

    select * from {{ ref("int_reps") }}

),

used as (

    select source, rep_id
    from {{ ref("int_deals_unioned") }}
    where rep_id is not null

    union distinct

    select source, rep_id
    from {{ ref("int_deal_field_changes") }}
    where rep_id is not null

    union distinct

    select source, rep_id
    from {{ ref("int_leads_unioned") }}
    where rep_id is not null

),

missing as (

    {{ missing_members("used", "reps", "rep_id") }}

),

members as (

    select
        source,
        rep_id,
        coalesce(name, rep_id) as rep_name,
        email,
        coalesce(team, 'unknown') as team,
        manager_id,
        coalesce(region, 'unknown') as region,
        coalesce(is_active, true) as is_active,
        hired_on as hired_date,
        is_deleted,
        false as is_inferred_member
    from reps

    union all

    select
        source,
        rep_id,
        rep_id as rep_name,
        null as email,
        'unknown' as team,
        null as manager_id,
        'unknown' as region,
        null as is_active,
        null as hired_date,
        false as is_deleted,
        true as is_inferred_member
    from missing

)

select * from members
