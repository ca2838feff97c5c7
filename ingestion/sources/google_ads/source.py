"""Google Ads: campaigns, and what they cost and brought on each day."""

from ingestion.api.client import ApiClient, Patience
from ingestion.api.daily import days_of
from ingestion.api.sync import sync
from ingestion.extraction import Extraction, Progress
from ingestion.sources.google_ads.answers import (
    is_error,
    is_quota,
    is_quota_of_the_day,
    seconds_to_wait,
    told,
)
from ingestion.sources.google_ads.login import auth_of
from ingestion.sources.google_ads.streams import DAYS_PER_CALL, GoogleAds
from jalur.errors import ConfigurationError
from jalur.settings import Settings

SOURCE = "google_ads"


def extract(
    settings: Settings,
    run_id: str,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
    rows_per_package: int | None = None,
) -> Extraction:
    """Land what is new in Google Ads; raises `ConfigurationError` where settings are missing."""
    if not settings.google_ads_customers:
        raise ConfigurationError(
            "JALUR_GOOGLE_ADS_CUSTOMERS: missing while JALUR_SOURCES has 'google_ads'; the ids of"
            " the accounts to read, such as 123-456-7890"
        )
    client = ApiClient(
        SOURCE,
        settings.google_ads_url,
        auth_of(settings, SOURCE, patience),
        patience=patience,
        is_exhausted=is_quota_of_the_day,
        is_wrong=is_error,
        headers=_headers(settings),
        is_limited=is_quota,
        seconds_to_wait=seconds_to_wait,
        told=told,
    )
    source = GoogleAds(
        client,
        settings.paths,
        settings.google_ads_version,
        settings.google_ads_customers,
        days_of(settings, DAYS_PER_CALL),
        settings.most_deletions,
    )
    return sync(
        settings.paths,
        SOURCE,
        run_id,
        source.streams,
        progress=progress,
        rows_per_package=rows_per_package,
    )


def _headers(settings: Settings) -> dict[str, str]:
    headers = {}
    if settings.google_ads_manager:
        headers["login-customer-id"] = settings.google_ads_manager
    if settings.google_ads_developer_token is not None:
        headers["developer-token"] = settings.google_ads_developer_token.get_secret_value()
    return headers
