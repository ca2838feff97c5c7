"""The two ways into Google that need no person: a service account's key, and a refresh token."""

import json
import time
from pathlib import Path
from typing import Any

import jwt

from ingestion.api.client import Patience
from ingestion.api.oauth import Form, GrantedToken
from jalur.errors import ConfigurationError
from jalur.settings import Settings

SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Google takes no assertion that is good for longer than an hour.
ASSERTION_SECONDS = 600
NO_KEY = "JALUR_GA4_SERVICE_ACCOUNT is no key of a service account"


def auth(source: str, settings: Settings, patience: Patience | None) -> GrantedToken:
    """How to log in; raises `ConfigurationError` naming what is missing or cannot be read."""
    url = settings.ga4_login_url
    if settings.ga4_service_account is not None:
        form = _signed(settings.ga4_service_account.get_secret_value(), url)
        return GrantedToken(source, url, form, "JALUR_GA4_SERVICE_ACCOUNT", patience)
    refresh, secret = settings.ga4_refresh_token, settings.ga4_client_secret
    client_id = settings.ga4_client_id
    if refresh is None or secret is None or client_id is None:
        raise ConfigurationError(
            "JALUR_GA4_SERVICE_ACCOUNT is missing, or else JALUR_GA4_REFRESH_TOKEN with"
            " JALUR_GA4_CLIENT_ID and JALUR_GA4_CLIENT_SECRET"
            " (what each needs: ingestion/sources/ga4/README.md)"
        )
    fields = {
        "grant_type": "refresh_token",
        "refresh_token": refresh.get_secret_value(),
        "client_id": client_id,
        "client_secret": secret.get_secret_value(),
    }
    return GrantedToken(source, url, lambda: fields, "JALUR_GA4_REFRESH_TOKEN", patience)


def _signed(setting: str, url: str) -> Form:
    account = _account(setting)

    def form() -> dict[str, str]:
        now = int(time.time())
        claims = {
            "iss": account["client_email"],
            "scope": SCOPE,
            "aud": url,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        try:
            assertion = jwt.encode(claims, account["private_key"], algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            # Its own text might quote the key.
            raise ConfigurationError(f"{NO_KEY}: its private_key cannot be read") from None
        return {"grant_type": JWT_GRANT, "assertion": assertion}

    return form


def _account(setting: str) -> dict[str, Any]:
    """The key as Google gives it out, of a file or as text."""
    text = setting
    if not setting.lstrip().startswith("{"):
        try:
            text = Path(setting).expanduser().read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"{NO_KEY}: neither JSON nor a readable file: {type(error).__name__}"
            ) from None
    try:
        found = json.loads(text)
    except ValueError:
        raise ConfigurationError(f"{NO_KEY}: it is no JSON") from None
    names = ("client_email", "private_key")
    if not isinstance(found, dict) or not all(isinstance(found.get(n), str) for n in names):
        raise ConfigurationError(f"{NO_KEY}: client_email or private_key is not in it")
    return found
