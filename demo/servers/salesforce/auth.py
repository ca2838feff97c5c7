"""Who may call: a connected app and its user, sessions, and the grants of the token endpoint.

The JWT bearer grant is checked as the platform checks it: signed with the key of the certificate
that was given to the app, for this user and an audience of Salesforce, not yet expired.
"""

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from demo.servers.salesforce.errors import ApiError

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")


@dataclass(frozen=True)
class App:
    """A connected app and the user it runs as; the certificate is PEM."""

    client_id: str = "consumer-key"
    client_secret: str = "consumer-secret"  # noqa: S105 - of a server on loopback
    username: str = "integration@company.example"
    password: str = "password"  # noqa: S105
    security_token: str = "token"  # noqa: S105
    certificate: str | None = None
    audiences: tuple[str, ...] = AUDIENCES


class Refused(Exception):
    """The token endpoint's refusal: an OAuth error and its description, always status 400."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


@dataclass
class Sessions:
    """Access tokens that are valid now, and how many calls each has made."""

    app: App
    org_id: str
    calls: dict[str, int] = field(default_factory=dict)

    def open(self) -> str:
        """A new access token: the org's id, `!`, and what cannot be guessed."""
        token = f"{self.org_id[:15]}!AQ{secrets.token_urlsafe(48)}"
        self.calls[token] = 0
        return token

    def expire(self) -> None:
        """End every session, as a timeout or an administrator does."""
        self.calls.clear()

    def check(self, header: str | None, most_calls: int | None) -> None:
        """Let a call with this `Authorization` pass, or raise the ApiError 401 that it gets."""
        scheme, _, token = (header or "").partition(" ")
        used = self.calls.get(token)
        if scheme.lower() not in ("bearer", "oauth") or used is None:
            raise ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if most_calls is not None and used >= most_calls:
            del self.calls[token]
            raise ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")
        self.calls[token] = used + 1

    def login(self, username: str, password: str) -> str:
        """A session for a user; the security token is part of the password."""
        app = self.app
        if username != app.username or password != app.password + app.security_token:
            raise Refused("invalid_grant", "authentication failure")
        return self.open()

    def grant(self, form: Mapping[str, str], authorization: str | None) -> str:
        """A session for a request to the token endpoint, or Refused."""
        kind = form.get("grant_type", "")
        if kind == JWT_GRANT:
            self._check_assertion(form.get("assertion", ""))
            return self.open()
        if kind not in ("client_credentials", "password"):
            raise Refused("unsupported_grant_type", "grant type not supported")
        client_id, client_secret = form.get("client_id", ""), form.get("client_secret", "")
        if authorization and authorization.lower().startswith("basic "):
            plain = base64.b64decode(authorization[6:]).decode()
            client_id, _, client_secret = plain.partition(":")
        if client_id != self.app.client_id:
            raise Refused("invalid_client_id", "client identifier invalid")
        if client_secret != self.app.client_secret:
            raise Refused("invalid_client", "invalid client credentials")
        if kind == "password":
            return self.login(form.get("username", ""), form.get("password", ""))
        return self.open()

    def _check_assertion(self, assertion: str) -> None:
        claims = _verified(assertion, self.app.certificate)
        if claims.get("iss") != self.app.client_id:
            raise Refused("invalid_client_id", "client identifier invalid")
        if claims.get("sub") != self.app.username:
            raise Refused("invalid_grant", "user hasn't approved this consumer")
        if claims.get("aud") not in self.app.audiences:
            raise Refused("invalid_grant", "audience validation failed")
        try:
            is_over = float(claims.get("exp", 0)) < time.time()
        except (TypeError, ValueError):
            is_over = True
        if is_over:
            raise Refused("invalid_grant", "assertion expired")


def _verified(assertion: str, certificate: str | None) -> dict[str, Any]:
    """The claims of a signed JWT; Refused if it is none, or another key signed it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509 import load_pem_x509_certificate

    try:
        head, body, signature = assertion.split(".")
        if json.loads(_decoded(head))["alg"] != "RS256" or certificate is None:
            raise Refused("invalid_grant", "invalid assertion")
        key = load_pem_x509_certificate(certificate.encode()).public_key()
        assert isinstance(key, RSAPublicKey)
        key.verify(_decoded(signature), f"{head}.{body}".encode(), PKCS1v15(), SHA256())
        claims: dict[str, Any] = json.loads(_decoded(body))
    except (ValueError, KeyError, InvalidSignature) as error:
        raise Refused("invalid_grant", "invalid assertion") from error
    return claims


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
