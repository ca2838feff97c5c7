"""The streams of Pipedrive: what is read, by which key, and what tells that it changed."""

from functools import partial

from ingestion.api.stream import Stream
from ingestion.sources.pipedrive.client import PipedriveClient
from ingestion.sources.pipedrive.deals import CHANGELOGS, DEAL_PRODUCTS, Deals
from ingestion.sources.pipedrive.directory import PIPELINES, STAGES, USERS, read_whole
from ingestion.sources.pipedrive.lists import ListedType, Lists
from jalur.paths import Home

ORGANIZATIONS = ListedType("organizations", ("api/v2/organizations",))
PERSONS = ListedType("persons", ("api/v2/persons",))
PRODUCTS = ListedType("products", ("api/v2/products",), by_update_time=False)
ACTIVITIES = ListedType("activities", ("api/v2/activities",))


def streams(client: PipedriveClient, home: Home, most_deletions: float = 0.05) -> list[Stream]:
    """In this order: what a deal refers to is landed before it."""
    return [
        Stream("users", ("id",), partial(read_whole, client, USERS)),
        Stream("pipelines", ("id",), partial(read_whole, client, PIPELINES)),
        Stream("stages", ("id",), partial(read_whole, client, STAGES)),
        *(
            Stream(
                kind.name,
                ("id",),
                Lists(client, home, kind, most_deletions).read,
                updated_at="update_time",
                deleted="is_deleted",
            )
            for kind in (ORGANIZATIONS, PERSONS, PRODUCTS)
        ),
        Deals(client, home, most_deletions).stream,
        CHANGELOGS,
        DEAL_PRODUCTS,
        Stream(
            ACTIVITIES.name,
            ("id",),
            Lists(client, home, ACTIVITIES, most_deletions).read,
            updated_at="update_time",
            deleted="is_deleted",
        ),
    ]
