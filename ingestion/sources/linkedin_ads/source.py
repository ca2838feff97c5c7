"""LinkedIn Ads: campaigns, and what they cost and brought on each day."""

from typing import Any

from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from requests import Response
from requests.auth import AuthBase

from ingestion.api.client import TOO_MANY_REQUESTS, ApiClient, Patience, parsed
from ingestion.api.daily import days_of
from ingestion.api.oauth import GrantedToken
from ingestion.api.stream import value_at
from ingestion.api.sync import sync
from ingestion.extraction import Extraction, Progress
from ingestion.sources.linkedin_ads.streams import DAYS_PER_CALL, LinkedInAds
from jalur.errors import ConfigurationError
from jalur.settings import Settings

SOURCE = "linkedin_ads"


def extract(
    settings: Settings,
    run_id: str,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
) -> Extraction:
    """Land what is new in LinkedIn Ads; raises `ConfigurationError` without a way to log in."""
    client = ApiClient(
        SOURCE,
        settings.linkedin_ads_url,
        _auth(settings, patience),
        patience=patience,
        is_exhausted=is_daily_limit,
        is_wrong=is_error,
        headers={
            "LinkedIn-Version": settings.linkedin_ads_version,
            "X-Restli-Protocol-Version": "2.0.0",
        },
    )
    source = LinkedInAds(
        client,
        settings.paths,
        settings.linkedin_ads_accounts,
        days_of(settings, DAYS_PER_CALL),
        settings.most_deletions,
    )
    return sync(settings.paths, SOURCE, run_id, source.streams, progress=progress)


def _auth(settings: Settings, patience: Patience | None) -> AuthBase:
    if settings.linkedin_ads_token is not None:
        return BearerTokenAuth(settings.linkedin_ads_token.get_secret_value())
    refresh, secret = settings.linkedin_ads_refresh_token, settings.linkedin_ads_client_secret
    client_id = settings.linkedin_ads_client_id
    if refresh is None or secret is None or client_id is None:
        raise ConfigurationError(
            "JALUR_LINKEDIN_ADS_TOKEN is missing, or else JALUR_LINKEDIN_ADS_REFRESH_TOKEN with"
            " JALUR_LINKEDIN_ADS_CLIENT_ID and JALUR_LINKEDIN_ADS_CLIENT_SECRET"
            " (what each needs: ingestion/sources/linkedin_ads/README.md)"
        )
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh.get_secret_value(),
        "client_id": client_id,
        "client_secret": secret.get_secret_value(),
    }
    url = f"{settings.linkedin_ads_login_url.rstrip('/')}/oauth/v2/accessToken"
    return GrantedToken(SOURCE, url, lambda: form, "JALUR_LINKEDIN_ADS_REFRESH_TOKEN", patience)


def is_daily_limit(response: Response) -> bool:
    """A 429 that lasts until midnight in UTC; the others pass within minutes."""
    if response.status_code != TOO_MANY_REQUESTS:
        return False
    message = value_at(parsed(response), "message")
    return isinstance(message, str) and " DAY limit" in message


def is_error(body: Any) -> bool:
    """An error that comes as a success: every answer that is read here has elements."""
    return not isinstance(body, dict) or not isinstance(body.get("elements"), list)
