"""The token endpoint of Google: a JWT that a service account signed, or a refresh token."""

from dataclasses import dataclass, field
from typing import Any

import jwt

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
LONGEST = 3600


@dataclass
class Login:
    """Who may log in, and the tokens that were given."""

    accounts: dict[str, str] = field(default_factory=dict)
    """Service accounts by e-mail address, each with its public key (PEM)."""
    refresh_tokens: set[str] = field(default_factory=lambda: {"1//loopback"})
    client: tuple[str, str] = ("client.apps.example", "GOCSPX-loopback")
    tokens: set[str] = field(default_factory=set)
    seconds: int = 3599

    def grant(self, form: dict[str, str], audience: str) -> tuple[int, dict[str, Any]]:
        """A status and an answer to a form; `audience` is the address of the endpoint."""
        kind = form.get("grant_type")
        if kind == JWT_GRANT:
            refused = self._refusal(form.get("assertion", ""), audience)
        elif kind == "refresh_token":
            client = (form.get("client_id"), form.get("client_secret"))
            refused = "invalid_client" if client != self.client else None
            if refused is None and form.get("refresh_token") not in self.refresh_tokens:
                refused = "invalid_grant"
        else:
            refused = "unsupported_grant_type"
        if refused:
            status = 401 if refused == "invalid_client" else 400
            return status, {"error": refused, "error_description": "Bad Request"}
        token = f"ya29.loopback-{len(self.tokens)}"
        self.tokens.add(token)
        body = {"access_token": token, "expires_in": self.seconds, "token_type": "Bearer"}
        return 200, body

    def _refusal(self, assertion: str, audience: str) -> str | None:
        try:
            issuer = jwt.decode(assertion, options={"verify_signature": False})["iss"]
            claims = jwt.decode(
                assertion,
                self.accounts[issuer],
                algorithms=["RS256"],
                audience=audience,
                options={"require": ["exp", "iat"]},
            )
        except (jwt.PyJWTError, KeyError):
            return "invalid_grant"
        if claims["exp"] - claims["iat"] > LONGEST:
            return "invalid_grant"
        return None if SCOPE in claims.get("scope", "").split() else "invalid_scope"
