"""What the landing zone tells of opportunities that Salesforce itself contradicts."""

from ingestion.api.landed import NEWEST, query_landed
from jalur.paths import Home

# Texts of times differ behind their milliseconds; ids within a moment rise in the order of changes.
OFF_THEIR_HISTORY = f"""
with opportunities as (
    select
        record_id,
        is_deleted,
        extracted_at as landed_at,
        nullif(payload ->> '$.StageName', '') as stage
    from {{opportunity}}
    {NEWEST}
),

histories as (
    select
        payload ->> '$.OpportunityId' as record_id,
        arg_max(
            payload ->> '$.StageName', left(payload ->> '$.CreatedDate', 23) || record_id
        ) as last_stage
    from {{opportunity_history}}
    where coalesce(payload ->> '$.StageName', '') <> ''
    group by all
)

select record_id
from opportunities
left join histories using (record_id)
where not is_deleted and stage is distinct from last_stage
order by landed_at desc, record_id
"""


def deals_off_their_history(home: Home, source: str) -> list[str]:
    """Ids of opportunities in another stage than their history ends in, the latest landed first."""
    tables = ["opportunity", "opportunity_history"]
    return [record_id for (record_id,) in query_landed(home, source, tables, OFF_THEIR_HISTORY)]
