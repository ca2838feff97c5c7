"""The streams of Salesforce: what is read, into which tables, and what tells that it changed."""

from functools import partial

from ingestion.api.stream import Stream
from ingestion.sources.salesforce.client import SalesforceClient
from ingestion.sources.salesforce.directory import read_record_types, read_stages, read_users
from ingestion.sources.salesforce.objects import BULK_FROM, Objects, ObjectType
from jalur.paths import Home

OBJECTS = (
    ObjectType("Account", "account"),
    ObjectType("Contact", "contact"),
    ObjectType("Campaign", "campaign"),
    ObjectType("Product2", "product2"),
    ObjectType("Opportunity", "opportunity"),
    ObjectType("OpportunityLineItem", "opportunity_line_item"),
    ObjectType("OpportunityHistory", "opportunity_history", is_history=True),
    # These two have no SystemModstamp, and are never changed.
    ObjectType("OpportunityFieldHistory", "opportunity_field_history", "CreatedDate", True),
    ObjectType("Lead", "lead"),
    ObjectType("LeadHistory", "lead_history", "CreatedDate", True),
    ObjectType("CampaignMember", "campaign_member"),
    ObjectType("Task", "task"),
    ObjectType("Event", "event"),
)


def streams(
    client: SalesforceClient,
    home: Home,
    bulk_from: int = BULK_FROM,
    most_deletions: float = 0.05,
) -> list[Stream]:
    """In this order: what a deal refers to is landed before it, its history after it."""
    return [
        Stream("user", ("Id",), lambda _bookmark: read_users(client), updated_at="SystemModstamp"),
        Stream(
            "opportunity_stage",
            ("Id",),
            partial(read_stages, client, home),
            updated_at="SystemModstamp",
        ),
        Stream("record_type", ("Id",), partial(read_record_types, client)),
        *(
            _stream(kind, Objects(client, home, kind, bulk_from, most_deletions))
            for kind in OBJECTS
        ),
    ]


def _stream(kind: ObjectType, objects: Objects) -> Stream:
    return Stream(
        kind.table,
        ("Id",),
        objects.read,
        updated_at=kind.cursor,
        # What a deleted deal went through happened nevertheless.
        deleted=None if kind.is_history else "IsDeleted",
    )
