-- Accounts that a deal names and the source does not list are inferred members.
with

accounts as (

    select * from {{ ref("int_accounts_unioned") }}

),

used as (

    select distinct source, account_id
    from {{ ref("int_deals_unioned") }}
    where account_id is not null

),

missing as (

    {{ missing_members("used", "accounts", "account_id") }}

),

members as (

    select
        source,
        account_id,
        coalesce(name, account_id) as account_name,
        coalesce(industry, 'unknown') as industry,
        employee_count,
        {{ size_band("employee_count") }} as size_band,
        annual_revenue,
        coalesce(country, 'unknown') as country,
        parent_account_id,
        created_at,
        is_deleted,
        false as is_inferred_member
    from accounts

    union all

    select
        source,
        account_id,
        account_id as account_name,
        'unknown' as industry,
        null as employee_count,
        'unknown' as size_band,
        null as annual_revenue,
        'unknown' as country,
        null as parent_account_id,
        null as created_at,
        false as is_deleted,
        true as is_inferred_member
    from missing

)

select * from members
