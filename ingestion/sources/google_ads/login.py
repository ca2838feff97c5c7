"""The two ways into Google: a refresh token that a person gave once, and a service account."""

import json
import time
from pathlib import Path
from typing import Any

import jwt

from ingestion.api.client import Patience
from ingestion.api.oauth import Form, GrantedToken
from jalur.addresses import is_encrypted_or_here
from jalur.errors import ConfigurationError
from jalur.settings import Settings

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/adwords"
# As long as Google lets an assertion be good for.
ASSERTION_SECONDS = 3600
ACCOUNT, REFRESH = "JALUR_GOOGLE_ADS_SERVICE_ACCOUNT", "JALUR_GOOGLE_ADS_REFRESH_TOKEN"


def auth_of(settings: Settings, source: str, patience: Patience | None) -> GrantedToken:
    """Who asks; raises `ConfigurationError` naming what is missing."""
    if settings.google_ads_service_account is not None:
        key = _key(settings.google_ads_service_account.get_secret_value())
        return GrantedToken(source, key["token_uri"], _signed(key), ACCOUNT, patience)
    values = {
        "client_id": settings.google_ads_client_id,
        "client_secret": settings.google_ads_client_secret,
        "refresh_token": settings.google_ads_refresh_token,
    }
    form = {"grant_type": "refresh_token"}
    for name, value in values.items():
        if value is None:
            raise ConfigurationError(
                f"JALUR_GOOGLE_ADS_{name.upper()} is missing, or else {ACCOUNT}"
                " (what each needs: ingestion/sources/google_ads/README.md)"
            )
        form[name] = value if isinstance(value, str) else value.get_secret_value()
    return GrantedToken(source, settings.google_ads_login_url, lambda: form, REFRESH, patience)


def _key(setting: str) -> dict[str, str]:
    """The key of a service account: the JSON itself, or the file that Google gave it in."""
    text = setting
    if not setting.lstrip().startswith("{"):
        try:
            text = Path(setting).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"{ACCOUNT} is neither JSON nor a readable file: {type(error).__name__}"
            ) from None
    wanted = ("client_email", "private_key", "private_key_id", "token_uri")
    try:
        key: Any = json.loads(text)
        found = {name: key[name] for name in wanted}
    except (ValueError, KeyError, TypeError):
        found = {}
    if not found or not all(isinstance(value, str) for value in found.values()):
        raise ConfigurationError(f"{ACCOUNT} is no key of a service account in JSON")
    if not is_encrypted_or_here(found["token_uri"]):
        raise ConfigurationError(f"{ACCOUNT} has a token_uri that is not https")
    return found


def _signed(key: dict[str, str]) -> Form:
    def form() -> dict[str, str]:
        now = int(time.time())
        claims = {
            "iss": key["client_email"],
            "scope": SCOPE,
            "aud": key["token_uri"],
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        try:
            assertion = jwt.encode(
                claims, key["private_key"], "RS256", headers={"kid": key["private_key_id"]}
            )
        except (ValueError, TypeError, jwt.PyJWTError):
            # Its own text might quote the key.
            raise ConfigurationError(f"{ACCOUNT} has a private_key that is no RSA key") from None
        return {"grant_type": JWT_GRANT, "assertion": assertion}

    return form
