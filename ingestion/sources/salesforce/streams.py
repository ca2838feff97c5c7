"""The streams of Salesforce: what is read, into which tables, and what tells that it changed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from ingestion.api.stream import Agreement, Page, Stream
from ingestion.sources.salesforce.answers import SOURCE
from ingestion.sources.salesforce.client import SalesforceClient
from ingestion.sources.salesforce.directory import read_record_types, read_stages, read_users
from ingestion.sources.salesforce.landed import deals_off_their_history
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
# What an opportunity and its histories are found by.
DEAL_TABLES = {
    "opportunity": "Id",
    "opportunity_history": "OpportunityId",
    "opportunity_field_history": "OpportunityId",
}


def streams(
    client: SalesforceClient,
    home: Home,
    bulk_from: int = BULK_FROM,
    most_deletions: float = 0.05,
) -> list[Stream]:
    """In this order: what a deal refers to is landed before it, its history after it."""
    objects = {
        kind.table: Objects(client, home, kind, bulk_from, most_deletions) for kind in OBJECTS
    }
    found = {kind.table: _stream(kind, objects[kind.table]) for kind in OBJECTS}

    def deals_again(ids: Sequence[str]) -> Iterator[Page]:
        """Opportunities and their histories, in the order in which the sync reads them."""
        for table, column in DEAL_TABLES.items():
            for page in objects[table].again(column, ids):
                yield replace(page, stream=found[table])

    found["opportunity"] = replace(
        found["opportunity"],
        agreement=Agreement(partial(deals_off_their_history, home, SOURCE), deals_again),
    )
    return [
        Stream("user", ("Id",), lambda _bookmark: read_users(client), updated_at="SystemModstamp"),
        Stream(
            "opportunity_stage",
            ("Id",),
            partial(read_stages, client, home),
            updated_at="SystemModstamp",
        ),
        Stream("record_type", ("Id",), partial(read_record_types, client)),
        *found.values(),
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
