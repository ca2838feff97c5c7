"""HubSpot: deals with their whole history, what belongs to them, and what marketing did."""

from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from requests import Response

from ingestion.api.client import TOO_MANY_REQUESTS, ApiClient, Patience
from ingestion.api.stream import value_at
from ingestion.api.sync import sync
from ingestion.extraction import Extraction, Progress
from ingestion.sources.hubspot.streams import streams
from ingestion.sources.own_fields import own_fields
from jalur.errors import ConfigurationError
from jalur.settings import Settings

SOURCE = "hubspot"
NOT_THERE = "OBJECT_NOT_FOUND"


def extract(
    settings: Settings,
    run_id: str,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
) -> Extraction:
    """Land what is new in HubSpot; raises `ConfigurationError` without a token."""
    if settings.hubspot_token is None:
        raise ConfigurationError(
            "JALUR_HUBSPOT_TOKEN: the access token of a private app is missing"
            " (the scopes that it needs: ingestion/sources/hubspot/README.md)"
        )
    own = own_fields(SOURCE, settings.hubspot_fields)
    client = ApiClient(
        SOURCE,
        settings.hubspot_url,
        BearerTokenAuth(settings.hubspot_token.get_secret_value()),
        patience=patience,
        is_exhausted=is_daily_limit,
        is_wrong=is_error,
    )
    found = streams(client, settings.paths, settings.hubspot_version, settings.most_deletions, own)
    return sync(settings.paths, SOURCE, run_id, found, progress=progress)


def is_daily_limit(response: Response) -> bool:
    """A 429 that lasts until midnight, not for seconds."""
    if response.status_code != TOO_MANY_REQUESTS:
        return False
    try:
        return bool(response.json().get("policyName") == "DAILY")
    except (ValueError, AttributeError):
        return False


def is_error(body: object) -> bool:
    """An error that comes as a success: every answer that is read here has results or items.

    A batch may fail in part (207); that an object is not there is the only part that is no fault.
    """
    if not isinstance(body, dict):
        return True
    if not isinstance(body.get("results", body.get("budgetItems")), list):
        return True
    errors = body.get("errors") or []
    return any(value_at(error, "category") != NOT_THERE for error in errors)
