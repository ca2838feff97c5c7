"""Google's token endpoint and the stream of a query: who may ask, how much, and the answer."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from demo.servers.dated import Dated
from demo.servers.faults import Faults, FaultyApp
from demo.servers.google_ads.errors import ApiError, any_error, exhausted
from demo.servers.google_ads.query import read_query
from demo.servers.google_ads.rendering import rows
from demo.servers.google_ads.store import Customer, Store

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/adwords"


@dataclass
class Platform:
    """Settings that a test changes while the server runs."""

    versions: frozenset[str] = frozenset({"v24", "v25", "v26"})
    tokens: set[str] = field(default_factory=set)
    """Access tokens that were granted and have not ended."""
    refresh_tokens: set[str] = field(default_factory=lambda: {"1//loopback"})
    client: tuple[str, str] = ("loopback.apps.googleusercontent.com", "GOCSPX-loopback")
    service_accounts: dict[str, str] = field(default_factory=dict)
    """E-mail addresses of service accounts, and their public keys (PEM)."""
    token_seconds: int = 3599
    operations_per_day: int | None = None
    operations: int = 0
    rows_per_part: int = 10_000
    streams_breaking_off: int = 0
    """How many answers from now on end with an error, whatever came before in them."""
    logins: int = 0


class GoogleAds:
    """A server: `with serve(GoogleAds(store)) as url:`; all of it can be changed meanwhile."""

    refresh_token = "1//loopback"  # noqa: S105 - opens nothing but this simulation

    def __init__(self, store: Store, faults: Faults | None = None) -> None:
        self.store, self.platform = store, Platform()
        self.faults = faults or Faults(retry_after=None)
        self.faults.error_body = any_error
        app = Starlette(
            routes=[
                Route("/token", self._token, methods=["POST"]),
                Route(
                    "/{version}/customers/{customer}/googleAds:searchStream",
                    self._search,
                    methods=["POST"],
                ),
            ]
        )
        self._app = Dated(FaultyApp(app, self.faults), lambda: self.store.now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        if not self._may_log_in(form, str(request.url)):
            return JSONResponse(
                {"error": "invalid_grant", "error_description": "Bad Request"}, status_code=400
            )
        self.platform.logins += 1
        token = f"ya29.loopback-{self.platform.logins}"
        self.platform.tokens.add(token)
        seconds = self.platform.token_seconds
        return JSONResponse(
            {"access_token": token, "expires_in": seconds, "scope": SCOPE, "token_type": "Bearer"}
        )

    def _may_log_in(self, form: dict[str, str], url: str) -> bool:
        if form.get("grant_type") == "refresh_token":
            client = form.get("client_id", ""), form.get("client_secret", "")
            is_known = form.get("refresh_token") in self.platform.refresh_tokens
            return is_known and client == self.platform.client
        if form.get("grant_type") != JWT_GRANT:
            return False
        assertion = form.get("assertion", "")
        try:
            issuer = jwt.decode(assertion, options={"verify_signature": False})["iss"]
            key = self.platform.service_accounts[issuer]
            claims = jwt.decode(assertion, key, ["RS256"], audience=url)
        except (jwt.PyJWTError, KeyError):
            return False
        return bool(claims.get("scope") == SCOPE)

    async def _search(self, request: Request) -> Response:
        content = await request.body()
        try:
            found = self._found(request, json.loads(content)["query"])
        except ApiError as error:
            return JSONResponse(error.body, error.status)
        size = self.platform.rows_per_part
        parts: list[Any] = [
            {"results": found[start : start + size], "requestId": "loopback"}
            for start in range(0, len(found), size)
        ]
        if self.platform.streams_breaking_off:
            self.platform.streams_breaking_off -= 1
            parts[-1:] = any_error(200)
        return JSONResponse(parts)

    def _found(self, request: Request, text: str) -> list[dict[str, Any]]:
        if request.path_params["version"] not in self.platform.versions:
            message = "Version is deprecated. Requests to this version will be blocked."
            raise ApiError(400, "requestError", "UNSUPPORTED_VERSION", message)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.platform.tokens:
            message = "Request had invalid authentication credentials."
            raise ApiError(401, "authenticationError", "OAUTH_TOKEN_INVALID", message)
        customer = self._customer(request)
        self.platform.operations += 1
        most = self.platform.operations_per_day
        if most is not None and self.platform.operations > most:
            raise exhausted(40_591, "Number of operations for basic access")
        query = read_query(text)
        if customer.is_manager and any(name.startswith("metrics.") for name in query.fields):
            message = "Metrics cannot be requested for a manager account."
            raise ApiError(400, "queryError", "REQUESTED_METRICS_FOR_MANAGER", message)
        return list(rows(self.store, customer, query))

    def _customer(self, request: Request) -> Customer:
        number = request.path_params["customer"]
        customer = self.store.customers.get(int(number)) if number.isdigit() else None
        if customer is None or request.headers.get("login-customer-id") != customer.manager:
            message = "User doesn't have permission to access customer."
            raise ApiError(403, "authorizationError", "USER_PERMISSION_DENIED", message)
        return customer
