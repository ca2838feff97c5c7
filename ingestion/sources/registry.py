"""The sources that there are, and the tables that each lands."""

from ingestion.api.stream import Stream
from ingestion.contract import ENTITIES, Entity
from jalur.settings import Settings

# Where these are read, a folder of files may lack deals and stages: theirs are there.
CRMS = frozenset({"hubspot", "pipedrive", "salesforce", "tryton"})
# Sources over an API land their streams as these send them; the others land the shape of `files`.
STREAMS: dict[str, tuple[str, ...]] = {
    "hubspot": (
        "pipelines",
        "owners",
        "companies",
        "contacts",
        "deals",
        "deal_companies",
        "deal_contacts",
    ),
    "pipedrive": (
        "users",
        "pipelines",
        "stages",
        "organizations",
        "persons",
        "products",
        "deals",
        "deal_changelogs",
        "deal_products",
        "activities",
    ),
    "salesforce": (
        "user",
        "opportunity_stage",
        "record_type",
        "account",
        "contact",
        "campaign",
        "product2",
        "opportunity",
        "opportunity_line_item",
        "opportunity_history",
        "opportunity_field_history",
        "lead",
        "lead_history",
        "campaign_member",
        "task",
        "event",
    ),
    "tryton": (
        "stages",
        "employees",
        "campaigns",
        "parties",
        "opportunity_revisions",
    ),
}


def landed_entities(source: str) -> dict[str, Entity]:
    """What a source lands, by table; of a stream nothing is declared but its name."""
    if source in STREAMS:
        return {name: Entity(name, (), ()) for name in STREAMS[source]}
    return ENTITIES


def declared_streams(source: str, settings: Settings) -> dict[str, Stream]:
    """How records of a source's streams are read, by name, without asking the source anything.

    Empty for a source that is no API.
    """
    if source not in STREAMS:
        return {}
    return {stream.name: stream for stream in _streams(source, settings)}


def _streams(source: str, settings: Settings) -> list[Stream]:
    # Clients take a second to import: only where they are used. None of these is ever asked.
    from requests.auth import AuthBase

    from ingestion.api.client import ApiClient, Patience

    home = settings.paths
    if source == "hubspot":
        from ingestion.sources.hubspot.streams import streams as of_hubspot

        client = ApiClient(source, settings.hubspot_url, AuthBase())
        return of_hubspot(client, home, settings.hubspot_version)
    if source == "pipedrive":
        from ingestion.sources.pipedrive.client import PipedriveClient
        from ingestion.sources.pipedrive.streams import streams as of_pipedrive

        return of_pipedrive(PipedriveClient(settings.pipedrive_url or "", AuthBase()), home)
    if source == "salesforce":
        from ingestion.sources.salesforce.client import SalesforceClient
        from ingestion.sources.salesforce.streams import streams as of_salesforce

        org = SalesforceClient(
            settings.salesforce_url, settings.salesforce_version, "", dict[str, str], Patience()
        )
        return of_salesforce(org, home)
    if source == "tryton":
        from ingestion.sources.tryton.server import Tryton
        from ingestion.sources.tryton.streams import streams as of_tryton

        client = ApiClient(source, settings.tryton_url or "", AuthBase())
        return of_tryton(Tryton(client, by_key=True), home)
    raise NotImplementedError(f"the streams of {source} are not declared")
