"""The streams of HubSpot: what is read, by which key, and what tells that it changed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from ingestion.api.client import ApiClient
from ingestion.api.groups import ids_of
from ingestion.api.stream import Agreement, Bookmark, Page, Stream, value_at
from ingestion.sources.hubspot import marketing
from ingestion.sources.hubspot.associations import BATCH, Associations
from ingestion.sources.hubspot.directory import read_owners, read_pipelines
from ingestion.sources.hubspot.landed import deals_off_their_history
from ingestion.sources.hubspot.marketing import Marketing
from ingestion.sources.hubspot.object_calls import ObjectType
from ingestion.sources.hubspot.object_types import (
    COMPANIES,
    CONTACTS,
    DEALS,
    ENGAGEMENTS,
    LINE_ITEMS,
    PRODUCTS,
    with_own,
)
from ingestion.sources.hubspot.objects import Objects
from jalur.own_fields import OwnFields
from jalur.paths import Home

DEAL_COMPANIES, DEAL_CONTACTS, LINE_ITEM_DEALS, ACTIVITY_DEALS, ACTIVITY_CONTACTS = (
    Stream(name, key=("from.id",))
    for name in (
        "deal_companies",
        "deal_contacts",
        "line_item_deals",
        "activity_deals",
        "activity_contacts",
    )
)


def streams(
    client: ApiClient,
    home: Home,
    version: str,
    most_deletions: float = 0.05,
    own: OwnFields | None = None,
) -> list[Stream]:
    """In this order: what a deal refers to is landed before it, what happened to it after it.

    `own` names properties of HubSpot that the company takes columns from.
    """

    def objects(kind: ObjectType, *, optional: bool = False, **to: Stream) -> Stream:
        """The stream of a type, which brings what its objects are associated with."""
        asked = with_own(kind, own or {})
        found = Objects(client, home, version, asked, most_deletions)
        associations = [
            Associations(client, home, version, stream, (kind.name, other))
            for other, stream in to.items()
        ]
        return Stream(
            kind.name,
            ("id",),
            _with_associations(found.read, associations) if associations else found.read,
            updated_at="updatedAt",
            deleted="archived",
            deleted_at="archivedAt",
            agreement=Agreement(partial(deals_off_their_history, home, "hubspot"), found.again)
            if kind is DEALS
            else None,
            is_optional=optional,
        )

    of_campaigns = tuple((own or {}).get("campaigns", {}).values())
    of_marketing = Marketing(client, home, version, most_deletions, of_campaigns)
    return [
        Stream("pipelines", ("id",), partial(read_pipelines, client, version)),
        Stream("owners", ("id",), lambda _bookmark: read_owners(client, version), "updatedAt"),
        objects(COMPANIES),
        objects(CONTACTS),
        objects(PRODUCTS, optional=True),
        objects(DEALS, companies=DEAL_COMPANIES, contacts=DEAL_CONTACTS),
        objects(LINE_ITEMS, optional=True, deals=LINE_ITEM_DEALS),
        *(
            objects(kind, optional=True, deals=ACTIVITY_DEALS, contacts=ACTIVITY_CONTACTS)
            for kind in ENGAGEMENTS
        ),
        Stream("campaigns", ("id",), of_marketing.read_campaigns, is_optional=True),
        Stream("marketing_emails", ("id",), of_marketing.read_emails, is_optional=True),
        Stream("forms", ("id",), of_marketing.read_forms, is_optional=True),
        DEAL_COMPANIES,
        DEAL_CONTACTS,
        LINE_ITEM_DEALS,
        ACTIVITY_DEALS,
        ACTIVITY_CONTACTS,
        marketing.CAMPAIGN_BUDGETS,
        marketing.FORM_SUBMISSIONS,
    ]


def _with_associations(
    read: Callable[[Bookmark], Iterator[Page]], associations: list[Associations]
) -> Callable[[Bookmark], Iterator[Page]]:
    """Many objects at a time are asked for; the bookmark waits for their associations."""

    def pages(bookmark: Bookmark) -> Iterator[Page]:
        waiting: list[str] = []
        page: Page | None = None
        for page in read(bookmark):
            yield replace(page, bookmark=bookmark)
            waiting += ids_of(r for r in page.records if value_at(r, "archived") is not True)[0]
            if len(waiting) >= BATCH:
                for each in associations:
                    yield from each.of(waiting, bookmark)
                bookmark, waiting = page.bookmark, []
        for each in associations:
            yield from each.of(waiting, bookmark)
        if page is not None:
            yield replace(page, records=[], gone=[])

    return pages
