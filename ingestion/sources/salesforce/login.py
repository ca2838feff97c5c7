"""The two ways into Salesforce that need no person: client credentials, and a signed JWT."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter

from jalur.addresses import is_encrypted_or_here
from jalur.errors import ConfigurationError
from jalur.settings import Settings

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Salesforce takes no assertion that is good for longer than five minutes.
ASSERTION_SECONDS = 180
Grant = Callable[[], dict[str, str]]


def grant_of(settings: Settings) -> Grant:
    """What to send to the token endpoint; raises `ConfigurationError` naming what is missing."""
    if settings.salesforce_client_id is None:
        raise ConfigurationError(
            "JALUR_SALESFORCE_CLIENT_ID: the consumer key of an external client app is missing"
            " (how to make one: ingestion/sources/salesforce/README.md)"
        )
    if settings.salesforce_private_key is not None:
        return _jwt_grant(settings, settings.salesforce_client_id)
    if settings.salesforce_client_secret is None:
        raise ConfigurationError(
            "JALUR_SALESFORCE_CLIENT_SECRET or JALUR_SALESFORCE_PRIVATE_KEY: one of the two is"
            " needed to log in"
        )
    form = {
        "grant_type": "client_credentials",
        "client_id": settings.salesforce_client_id,
        "client_secret": settings.salesforce_client_secret.get_secret_value(),
    }
    return lambda: form


def _jwt_grant(settings: Settings, client_id: str) -> Grant:
    if settings.salesforce_username is None:
        raise ConfigurationError(
            "JALUR_SALESFORCE_USERNAME: the user that JALUR_SALESFORCE_PRIVATE_KEY signs for is"
            " missing"
        )
    assert settings.salesforce_private_key is not None
    key = _key(settings.salesforce_private_key.get_secret_value())
    claims = {
        "iss": client_id,
        "sub": settings.salesforce_username,
        "aud": settings.salesforce_audience,
    }

    def grant() -> dict[str, str]:
        try:
            expires = {"exp": int(time.time()) + ASSERTION_SECONDS}
            assertion = jwt.encode(claims | expires, key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            # Its own text might quote the key.
            raise ConfigurationError(
                "JALUR_SALESFORCE_PRIVATE_KEY is no private RSA key in PEM format without a"
                " passphrase"
            ) from None
        return {"grant_type": JWT_GRANT, "assertion": assertion}

    return grant


def _key(setting: str) -> str:
    """The key itself: of a file, or as text, with its line breaks perhaps written as \\n."""
    if "-----BEGIN" in setting:
        return setting.replace("\\n", "\n")
    try:
        return Path(setting).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            "JALUR_SALESFORCE_PRIVATE_KEY is neither a PEM text nor a readable file:"
            f" {type(error).__name__}"
        ) from None


class PlainText(HTTPAdapter):
    """For one address on loopback: simple-salesforce speaks https only, a server there http."""

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        request.url = (request.url or "").replace("https://", "http://", 1)
        return super().send(request, *args, **kwargs)


def allow_plain_text(session: Session, url: str) -> None:
    """Let a session reach a plain-text URL, if nobody on the way can listen.

    Raises `ConfigurationError` for any other address that is not https.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if not is_encrypted_or_here(url):
        raise ConfigurationError(
            f"JALUR_SALESFORCE_URL: '{url}' is no https address, such as"
            " https://yourcompany.my.salesforce.com"
        )
    session.mount(f"https://{parts.netloc}", PlainText())
