"""Users, stages and record types: few, and read whole every time."""

from collections.abc import Iterator
from typing import Any

from ingestion.api.landed import deletions, ids_present
from ingestion.api.stream import Bookmark, Page
from ingestion.sources.salesforce.answers import Refused
from ingestion.sources.salesforce.by_ids import all_by_id
from ingestion.sources.salesforce.client import SalesforceClient
from jalur.paths import Home

# What Salesforce itself calls the record type of an opportunity that has none.
MASTER = "012000000000000AAA"
# A record type out of use, a user who may not ask, an API that is not there.
REFUSALS = (400, 403, 404)
OPPORTUNITIES = "SobjectType = 'Opportunity'"


def read_users(client: SalesforceClient) -> Iterator[Page]:
    """Users with the names of their roles: a role that is renamed does not touch its users."""
    fields = [*client.fields("User"), "UserRole.Name"]
    for answer in all_by_id(client, fields, "User"):
        yield Page(answer.body["records"], {}, "User", answer.moment)


def read_stages(client: SalesforceClient, home: Home, _bookmark: Bookmark) -> Iterator[Page]:
    """Every stage of the org, in use or not, those that are back, and those that are gone."""
    fields = client.fields("OpportunityStage")
    gone = ids_present(home, client.source, "opportunity_stage")
    lost = deletions(home, client.source, "opportunity_stage").keys()
    moment = client.began
    for answer in all_by_id(client, fields, "OpportunityStage"):
        moment = answer.moment
        records = answer.body["records"]
        gone -= {record["Id"] for record in records}
        known = [record for record in records if record["Id"] not in lost]
        yield Page(known, {}, "OpportunityStage", moment)
        # One that is back has its old time, which is before that of its disappearance.
        back = [record for record in records if record["Id"] in lost]
        yield Page(back, {}, "OpportunityStage", moment, came_back=True)
    yield Page([], {}, "OpportunityStage", moment, gone=sorted(gone))


def read_record_types(client: SalesforceClient, _bookmark: Bookmark) -> Iterator[Page]:
    """Record types of opportunities, each with its stages, which the UI API alone tells.

    Opportunities without a record type have the one that Salesforce calls Master.
    """
    fields = client.fields("RecordType")
    found: list[dict[str, Any]] = []
    moment = client.began
    for answer in all_by_id(client, fields, "RecordType", OPPORTUNITIES):
        moment = answer.moment
        found += answer.body["records"]
    records = [each | {"StageName": _stage_values(client, each["Id"])} for each in found]
    if not found or client.count("Opportunity WHERE RecordTypeId = null"):
        records.append({"Id": MASTER, "Name": "Master", "StageName": {"values": []}})
    yield Page(records, {}, "RecordType", moment)


def _stage_values(client: SalesforceClient, record_type: str) -> dict[str, Any]:
    """The answer of the UI API; no values where it refuses, as for a record type out of use.

    Whatever else it answers ends the sync: without values a record type has all stages.
    """
    path = f"ui-api/object-info/Opportunity/picklist-values/{record_type}/StageName"
    try:
        return dict(client.get(path).body)
    except Refused as refused:
        if refused.status not in REFUSALS:
            raise
        return {"values": []}
