"""How the streams of each source over an API are read, told without asking the source anything.

It imports the clients, which takes a second: only where somebody deals with single streams.
"""

from datetime import UTC, date, datetime, timedelta

from requests.auth import AuthBase

from ingestion.api.client import ApiClient, Patience
from ingestion.api.daily import Account, Daily, Results, days_of
from ingestion.api.stream import Stream
from ingestion.sources.registry import STREAMS
from jalur.settings import Settings


def declared_streams(source: str, settings: Settings) -> dict[str, Stream]:
    """How records of a source's streams are read, by name, without asking the source anything.

    Empty for a source that is no API.
    """
    if source not in STREAMS:
        return {}
    return {stream.name: stream for stream in _streams(source, settings)}


def _streams(source: str, settings: Settings) -> list[Stream]:
    # None of these clients is ever asked.
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
    return _streams_of_results(ApiClient(source, "", AuthBase()), settings)


def _streams_of_results(client: ApiClient, settings: Settings) -> list[Stream]:
    home, days = settings.paths, days_of(settings, 1)
    if client.source == "google_ads":
        from ingestion.sources.google_ads.streams import GoogleAds

        return GoogleAds(client, home, "", (), days, 1.0).streams
    if client.source == "meta_ads":
        from ingestion.sources.meta_ads.streams import MetaAds

        return MetaAds(client, home, "", (), days, 1.0).streams
    if client.source == "linkedin_ads":
        from ingestion.sources.linkedin_ads.streams import LinkedInAds

        return LinkedInAds(client, home, (), days, 1.0).streams
    if client.source == "mailchimp":
        from ingestion.sources.mailchimp.streams import Mailchimp

        return Mailchimp(client, home, timedelta(days.restated), 1.0).streams
    if client.source == "ga4":
        from ingestion.sources.ga4.source import KEY, TABLE

        return [Daily(home, client.source, TABLE, KEY, list, _nothing, days, 1.0).stream]
    raise NotImplementedError(f"the streams of {client.source} are not declared")


def _nothing(_account: Account, _first: date, _last: date) -> Results:
    return Results([], "", datetime.now(UTC))
