"""Tryton: opportunities with their whole history, their parties, employees and campaigns."""

from urllib.parse import quote

from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from requests.auth import AuthBase

from ingestion.api.client import ApiClient, Patience
from ingestion.api.sync import sync
from ingestion.extraction import Extraction, Progress
from ingestion.sources.tryton.server import Tryton
from ingestion.sources.tryton.session import Session
from ingestion.sources.tryton.streams import streams
from jalur.errors import ConfigurationError
from jalur.settings import Settings

SOURCE = "tryton"


def extract(
    settings: Settings,
    run_id: str,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
) -> Extraction:
    """Land what is new in Tryton; raises `ConfigurationError` where settings are missing or bad."""
    for name in ("tryton_url", "tryton_database"):
        if not getattr(settings, name):
            raise ConfigurationError(
                f"JALUR_{name.upper()}: missing while JALUR_SOURCES has 'tryton'"
            )
    base_url = f"{str(settings.tryton_url).rstrip('/')}/{quote(str(settings.tryton_database))}"
    client = ApiClient(SOURCE, base_url, _auth(settings, base_url, patience), patience=patience)
    server = Tryton(client, by_key=settings.tryton_key is not None)
    found = streams(server, settings.paths, settings.most_deletions)
    return sync(settings.paths, SOURCE, run_id, found, progress=progress)


def _auth(settings: Settings, base_url: str, patience: Patience | None) -> AuthBase:
    """The key where there is one: such a call takes half the time of one in a session."""
    if settings.tryton_key is not None:
        return BearerTokenAuth(settings.tryton_key.get_secret_value())
    if settings.tryton_login is None or settings.tryton_password is None:
        raise ConfigurationError(
            "JALUR_TRYTON_KEY is missing, or else JALUR_TRYTON_LOGIN and JALUR_TRYTON_PASSWORD"
            " (what each needs: ingestion/sources/tryton/README.md)"
        )
    password = settings.tryton_password.get_secret_value()
    return Session(SOURCE, base_url, settings.tryton_login, password, patience)
