"""Salesforce: opportunities and leads with their histories, and what belongs to them."""

from ingestion.api.client import Patience
from ingestion.api.sync import sync
from ingestion.extraction import Extraction, Progress
from ingestion.sources.own_fields import own_fields
from ingestion.sources.salesforce.answers import SOURCE
from ingestion.sources.salesforce.client import SalesforceClient
from ingestion.sources.salesforce.login import grant_of
from ingestion.sources.salesforce.objects import BULK_FROM
from ingestion.sources.salesforce.streams import streams
from jalur.settings import Settings


def extract(
    settings: Settings,
    run_id: str,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
    bulk_from: int = BULK_FROM,
    rows_per_package: int | None = None,
) -> Extraction:
    """Land what is new in Salesforce; raises `ConfigurationError` where it cannot log in."""
    # All fields are read; staging takes columns from those that the setting names.
    own_fields(SOURCE, settings.salesforce_fields)
    client = SalesforceClient(
        settings.salesforce_url,
        settings.salesforce_version,
        settings.salesforce_client_id or "",
        grant_of(settings),
        patience or Patience(),
    )
    found = streams(client, settings.paths, bulk_from, settings.most_deletions)
    return sync(
        settings.paths, SOURCE, run_id, found, progress=progress, rows_per_package=rows_per_package
    )
