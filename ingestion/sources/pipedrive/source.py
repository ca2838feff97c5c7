"""Pipedrive: deals with their change logs, and what belongs to them."""

from dlt.sources.helpers.rest_client.auth import APIKeyAuth

from ingestion.api.client import Patience
from ingestion.api.sync import sync
from ingestion.extraction import Extraction, Progress
from ingestion.sources.pipedrive.client import SOURCE, PipedriveClient
from ingestion.sources.pipedrive.streams import streams
from jalur.errors import ConfigurationError
from jalur.settings import Settings

TOKEN_HEADER = "x-api-token"  # noqa: S105 - the name, not the token


def extract(
    settings: Settings,
    run_id: str,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
) -> Extraction:
    """Land what is new in Pipedrive; raises `ConfigurationError` without address or token."""
    if settings.pipedrive_url is None or settings.pipedrive_token is None:
        raise ConfigurationError(
            "JALUR_PIPEDRIVE_URL and JALUR_PIPEDRIVE_TOKEN: the address of the company, such as"
            " https://yourcompany.pipedrive.com, and the API token of a user who sees all deals"
        )
    auth = APIKeyAuth(
        name=TOKEN_HEADER,
        api_key=settings.pipedrive_token.get_secret_value(),
        location="header",
    )
    client = PipedriveClient(settings.pipedrive_url, auth, patience)
    found = streams(client, settings.paths, settings.most_deletions)
    return sync(settings.paths, SOURCE, run_id, found, progress=progress)
