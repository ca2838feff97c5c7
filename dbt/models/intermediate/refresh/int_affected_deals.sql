-- Deals whose stays, states, segments or worth may come out differently: those that changed, and
-- all of a pipeline whose stages were moved, renamed or redefined, of a rep or an account that came
-- into another segment, and of a currency whose past rates changed. None where all deals are made
-- anew anyway.
with

changed as (

    select * from {{ ref("int_changed_deals") }}

),

references_now as (

    select * from {{ ref("int_deal_references") }}

),

references_then as (

    {{ rows_of_last_refresh(
        "int_refreshed_references", ["source", "kind", "id", "taken"], ["since_date"]
    ) }}

),

gone as (

    select * from references_then
    except
    select * from references_now

),

new as (

    select * from references_now
    except
    select * from references_then

),

differing as (

    select * from gone
    union all
    select * from new

),

changed_references as (

    -- A rate of after the last refresh has changed nothing that it knew.
    select
        differing.source,
        differing.kind,
        differing.id,
        min(differing.since_date) as since_date
    from differing
    cross join {{ refresh_scope() }} as scope
    where
        not scope.is_full
        and coalesce(differing.since_date <= {{ business_date("scope.changed_after") }}, true)
    group by differing.source, differing.kind, differing.id

),

deals_now as (

    select * from {{ ref("int_deals_unioned") }}

),

deals_then as (

    select
        *,
        case when status = 'won' then won_date else closed_date end as outcome_date
    from (
        {{ rows_of_last_refresh(
            "fct_deals",
            ["source", "deal_id", "currency", "rep_id", "account_id", "status"],
            ["created_date", "won_date", "closed_date"]
        ) }}
    ) as earlier

),

visits_then as (

    {{ rows_of_last_refresh("fct_stage_visits", ["source", "deal_id", "pipeline_id"]) }}

),

entries_anywhere as (

    select * from {{ ref("int_deal_stage_history_unioned") }}
    where pipeline_id is null

),

referring as (

    -- A deal that was closed is worth what the rates until then said; some are created later still.
    select source, deal_id, 'currency' as kind, currency as id,
        case
            when outcome_date is not null
                then greatest(outcome_date, coalesce(created_date, outcome_date))
        end as until_date
    from deals_then

    union all

    select source, deal_id, 'stage' as kind, stage_id as id, null as until_date
    from entries_anywhere

    union all

    select source, deal_id, 'rep' as kind, rep_id as id, null as until_date
    from deals_then

    union all

    select source, deal_id, 'account' as kind, account_id as id, null as until_date
    from deals_then

    union all

    select source, deal_id, 'pipeline' as kind, pipeline_id as id, null as until_date
    from visits_then

    union all

    select source, deal_id, 'pipeline' as kind, pipeline_id as id, null as until_date
    from deals_now

)

select source, deal_id
from changed

union distinct

select referring.source, referring.deal_id
from referring
inner join changed_references
    on
        referring.source = changed_references.source
        and referring.kind = changed_references.kind
        and referring.id = changed_references.id
        and coalesce(referring.until_date >= changed_references.since_date, true)
