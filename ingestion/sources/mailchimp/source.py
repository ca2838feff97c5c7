"""Mailchimp: e-mail campaigns, and what became of them once they were sent."""

import re
from datetime import timedelta
from typing import Any

from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from requests.auth import AuthBase, HTTPBasicAuth

from ingestion.api.client import ApiClient, Patience
from ingestion.api.sync import sync
from ingestion.extraction import Extraction, Progress
from ingestion.sources.mailchimp.lists import PAGE
from ingestion.sources.mailchimp.streams import Mailchimp
from jalur.errors import ConfigurationError
from jalur.settings import Settings

SOURCE = "mailchimp"
# An API key ends with the data centre of its account.
DATA_CENTRE = re.compile(r"-([a-z]{2}[0-9]{1,3})$")


def extract(
    settings: Settings,
    run_id: str,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
    page: int = PAGE,
) -> Extraction:
    """Land what is new in Mailchimp; raises `ConfigurationError` where it cannot log in."""
    client = ApiClient(
        SOURCE, _address(settings), _auth(settings), patience=patience, is_wrong=is_error
    )
    source = Mailchimp(
        client,
        settings.paths,
        timedelta(days=settings.results_restated),
        settings.most_deletions,
        page,
    )
    return sync(settings.paths, SOURCE, run_id, source.streams, progress=progress)


def _auth(settings: Settings) -> AuthBase:
    if settings.mailchimp_key is not None:
        # Any user name will do.
        return HTTPBasicAuth("jalur", settings.mailchimp_key.get_secret_value())
    if settings.mailchimp_token is not None:
        return BearerTokenAuth(settings.mailchimp_token.get_secret_value())
    raise ConfigurationError(
        "JALUR_MAILCHIMP_KEY is missing, or else JALUR_MAILCHIMP_TOKEN with JALUR_MAILCHIMP_SERVER"
        " (how to make a key: ingestion/sources/mailchimp/README.md)"
    )


def _address(settings: Settings) -> str:
    if settings.mailchimp_url is not None:
        return settings.mailchimp_url
    server = settings.mailchimp_server
    if server is None and settings.mailchimp_key is not None:
        found = DATA_CENTRE.search(settings.mailchimp_key.get_secret_value().strip())
        server = None if found is None else found[1]
    if server is None:
        raise ConfigurationError(
            "JALUR_MAILCHIMP_SERVER: the data centre of the account is missing, such as us14; a"
            " whole API key ends with it"
        )
    return f"https://{server}.api.mailchimp.com"


def is_error(body: Any) -> bool:
    """An error that comes as a success: every list says how long it is."""
    if not isinstance(body, dict) or not isinstance(body.get("total_items"), int):
        return True
    return not any(isinstance(body.get(name), list) for name in ("campaigns", "reports"))
