"""What the landing zone tells of deals that HubSpot itself contradicts."""

from ingestion.api.landed import NEWEST, query_landed
from jalur.paths import Home

OFF_THEIR_HISTORY = f"""
with newest as (
    select
        record_id,
        is_deleted,
        extracted_at as landed_at,
        nullif(payload ->> '$.properties.dealstage', '') as stage,
        nullif(payload ->> '$.propertiesWithHistory.dealstage[0].value', '') as last_stage
    from {{deals}}
    {NEWEST}
)

select record_id
from newest
where not is_deleted and stage is distinct from last_stage
order by landed_at desc, record_id
"""


def deals_off_their_history(home: Home, source: str) -> list[str]:
    """Ids of deals whose stage is not the newest entry of its history, the latest landed first."""
    return [record_id for (record_id,) in query_landed(home, source, ["deals"], OFF_THEIR_HISTORY)]
