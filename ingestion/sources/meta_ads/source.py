"""Meta Ads: campaigns, and what they cost and brought on each day."""

from dlt.sources.helpers.rest_client.auth import BearerTokenAuth

from ingestion.api.client import ApiClient, Patience
from ingestion.api.daily import days_of
from ingestion.api.sync import sync
from ingestion.extraction import Extraction, Progress
from ingestion.sources.meta_ads.answers import (
    is_error,
    is_limit,
    is_long_limit,
    seconds_to_wait,
    told,
)
from ingestion.sources.meta_ads.streams import DAYS_KEPT, DAYS_PER_CALL, MetaAds
from jalur.errors import ConfigurationError
from jalur.settings import Settings

SOURCE = "meta_ads"


def extract(
    settings: Settings,
    run_id: str,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
    rows_per_package: int | None = None,
) -> Extraction:
    """Land what is new in Meta Ads; raises `ConfigurationError` where settings are missing."""
    if settings.meta_ads_token is None:
        raise ConfigurationError(
            "JALUR_META_ADS_TOKEN: the access token of a system user is missing"
            " (what it needs: ingestion/sources/meta_ads/README.md)"
        )
    if not settings.meta_ads_accounts:
        raise ConfigurationError(
            "JALUR_META_ADS_ACCOUNTS: missing while JALUR_SOURCES has 'meta_ads'; the ids of the"
            " ad accounts to read, such as act_1234567890"
        )
    client = ApiClient(
        SOURCE,
        settings.meta_ads_url,
        BearerTokenAuth(settings.meta_ads_token.get_secret_value()),
        patience=patience,
        is_exhausted=is_long_limit,
        is_wrong=is_error,
        is_limited=is_limit,
        seconds_to_wait=seconds_to_wait,
        told=told,
    )
    source = MetaAds(
        client,
        settings.paths,
        settings.meta_ads_version,
        settings.meta_ads_accounts,
        days_of(settings, DAYS_PER_CALL, DAYS_KEPT),
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
