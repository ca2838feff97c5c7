"""The streams of HubSpot: what is read, by which key, and what tells that it changed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from ingestion.api.client import ApiClient
from ingestion.api.groups import ids_of
from ingestion.api.stream import Agreement, Bookmark, Page, Stream, value_at
from ingestion.sources.hubspot.associations import BATCH, Associations
from ingestion.sources.hubspot.directory import read_owners, read_pipelines
from ingestion.sources.hubspot.landed import deals_off_their_history
from ingestion.sources.hubspot.object_calls import ObjectType
from ingestion.sources.hubspot.objects import Objects
from jalur.paths import Home

DEALS = ObjectType(
    "deals",
    properties=(
        "dealname", "dealstage", "pipeline", "amount", "deal_currency_code", "createdate",
        "closedate", "hubspot_owner_id", "hs_manual_forecast_category", "closed_lost_reason",
        "dealtype", "hs_analytics_source", "hs_is_closed", "hs_lastmodifieddate",
        "hs_merged_object_ids",
    ),
    history=(
        "dealstage", "pipeline", "amount", "closedate", "hubspot_owner_id",
        "hs_manual_forecast_category", "hs_merged_object_ids",
    ),
)  # fmt: skip
CONTACTS = ObjectType(
    "contacts",
    properties=(
        "createdate", "lastmodifieddate", "lifecyclestage", "hs_lead_status", "email",
        "hs_analytics_source", "hubspot_owner_id", "company", "jobtitle", "industry", "country",
        "hs_merged_object_ids",
    ),
    history=("lifecyclestage", "hs_lead_status"),
    modified="lastmodifieddate",
)  # fmt: skip
COMPANIES = ObjectType(
    "companies",
    properties=(
        "name", "industry", "numberofemployees", "annualrevenue", "country", "createdate",
        "hs_lastmodifieddate", "hs_parent_company_id",
    ),
)  # fmt: skip


def streams(
    client: ApiClient, home: Home, version: str, most_deletions: float = 0.05
) -> list[Stream]:
    """In this order: what a deal refers to is landed before it."""
    companies = Associations(client, home, version, "companies")
    contacts = Associations(client, home, version, "contacts")
    deals = Objects(client, home, version, DEALS, most_deletions)
    return [
        Stream("pipelines", ("id",), partial(read_pipelines, client, version)),
        Stream("owners", ("id",), lambda _bookmark: read_owners(client, version), "updatedAt"),
        _objects(Objects(client, home, version, COMPANIES, most_deletions)),
        _objects(Objects(client, home, version, CONTACTS, most_deletions)),
        replace(
            _objects(deals, (companies, contacts)),
            agreement=Agreement(
                partial(deals_off_their_history, home, "hubspot"),
                deals.again,
            ),
        ),
        companies.stream,
        contacts.stream,
    ]


def _objects(objects: Objects, associations: tuple[Associations, ...] = ()) -> Stream:
    read = _with_associations(objects.read, associations) if associations else objects.read
    return Stream(
        objects.kind.name,
        ("id",),
        read,
        updated_at="updatedAt",
        deleted="archived",
        deleted_at="archivedAt",
    )


def _with_associations(
    read: Callable[[Bookmark], Iterator[Page]], associations: tuple[Associations, ...]
) -> Callable[[Bookmark], Iterator[Page]]:
    """Many deals at a time are asked for; the bookmark waits until their associations have come."""

    def pages(bookmark: Bookmark) -> Iterator[Page]:
        waiting: list[str] = []
        for page in read(bookmark):
            yield replace(page, bookmark=bookmark)
            waiting += ids_of(r for r in page.records if value_at(r, "archived") is not True)[0]
            if len(waiting) >= BATCH:
                for each in associations:
                    yield from each.of(waiting, bookmark)
                bookmark, waiting = page.bookmark, []
        for each in associations:
            yield from each.of(waiting, bookmark)
        yield replace(page, records=[], gone=[], bookmark=page.bookmark)

    return pages
