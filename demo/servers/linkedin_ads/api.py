"""The account manager's side of LinkedIn's API: versions, Rest.li, cursors, limits, refresh."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from demo.servers.dated import Dated
from demo.servers.faults import Faults, FaultyApp
from demo.servers.linkedin_ads import rendering
from demo.servers.linkedin_ads.restli import BadParameter, parameters
from demo.servers.linkedin_ads.store import Store

VERSION = "202603"
METRICS_PER_CALL = 20
# Asked for nothing, it tells these.
DEFAULT_FIELDS = ("impressions", "clicks")


class ApiError(Exception):
    """Becomes the answer: a status, a code and what is wrong."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"status": status, "code": code, "message": message}


def any_error(status: int) -> dict[str, Any]:
    """The body of a simulated fault; 429 is the kind that passes within minutes."""
    if status == 429:
        message = (
            "Resource level throttle MEMBER MINUTE limit for calls to this resource is reached."
        )
        return ApiError(429, "TOO_MANY_REQUESTS", message).body
    return ApiError(status, "INTERNAL_SERVER_ERROR", "Internal Server Error").body


@dataclass
class Platform:
    """Settings that a test changes while the server runs."""

    tokens: set[str] = field(default_factory=lambda: {"AQ-loopback-0000"})
    refresh_tokens: dict[str, str] = field(default_factory=lambda: {"AR-loopback": "AQ-fresh"})
    client: tuple[str, str] = ("client-loopback", "secret-loopback")
    versions: frozenset[str] = frozenset({VERSION})
    calls_per_day: int | None = None
    calls: int = 0
    most_elements: int = 15_000
    """More results than these are cut off, without a word."""


class LinkedInAds:
    """A server: `with serve(LinkedInAds(store)) as url:`; all of it can be changed meanwhile."""

    token = "AQ-loopback-0000"  # noqa: S105 - opens nothing but this simulation

    def __init__(self, store: Store, faults: Faults | None = None) -> None:
        self.store, self.platform = store, Platform()
        self.faults = faults or Faults()
        self.faults.error_body = any_error
        app = Starlette(
            routes=[
                Route("/oauth/v2/accessToken", self._refresh, methods=["POST"]),
                Route("/rest/adAccounts", self._answer(self._accounts)),
                Route("/rest/adAccounts/{account}/adCampaigns", self._answer(self._campaigns)),
                Route("/rest/adAnalytics", self._answer(self._analytics)),
            ]
        )
        self._app = Dated(FaultyApp(app, self.faults), lambda: self.store.now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def _answer(self, handler: Any) -> Any:
        async def endpoint(request: Request) -> Response:
            try:
                self._check(request)
                found = parameters(request.scope["query_string"].decode())
                return JSONResponse(handler(request, found))
            except BadParameter:
                error = ApiError(400, "ILLEGAL_ARGUMENT", "Invalid query parameters passed")
            except ApiError as raised:
                error = raised
            return JSONResponse(error.body, error.status)

        return endpoint

    def _check(self, request: Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.platform.tokens:
            raise ApiError(401, "INVALID_ACCESS_TOKEN", "Invalid access token")
        version = request.headers.get("LinkedIn-Version")
        if version is None:
            raise ApiError(400, "VERSION_MISSING", "A version must be present.")
        if version not in self.platform.versions:
            raise ApiError(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active")
        if request.headers.get("X-Restli-Protocol-Version") != "2.0.0":
            raise BadParameter("protocol")
        self.platform.calls += 1
        most = self.platform.calls_per_day
        if most is not None and self.platform.calls > most:
            raise ApiError(
                429,
                "TOO_MANY_REQUESTS",
                "Resource level throttle APPLICATION DAY limit for calls to this resource is"
                " reached.",
            )

    def _accounts(self, _request: Request, asked: dict[str, Any]) -> Any:
        found = [rendering.account(self.store.accounts[n]) for n in sorted(self.store.accounts)]
        return _page(asked, found)

    def _campaigns(self, request: Request, asked: dict[str, Any]) -> Any:
        account = self.store.accounts.get(int(request.path_params["account"]))
        if account is None:
            raise ApiError(404, "RESOURCE_NOT_FOUND", "The account does not exist")
        found = [
            rendering.campaign(campaign, account.currency)
            for _, campaign in sorted(self.store.campaigns.items())
            if campaign.account == account.id
        ]
        return _page(asked, found)

    def _analytics(self, _request: Request, asked: dict[str, Any]) -> Any:
        wanted = ("analytics", "CAMPAIGN", "DAILY")
        if (asked.get("q"), asked.get("pivot"), asked.get("timeGranularity")) != wanted:
            raise ApiError(400, "ILLEGAL_ARGUMENT", "Only campaigns by day are simulated")
        fields = (str(asked.get("fields", "")) and _texts(asked["fields"])) or DEFAULT_FIELDS
        if len(fields) > METRICS_PER_CALL:
            raise ApiError(400, "TOO_MANY_FIELDS", f"At most {METRICS_PER_CALL} fields")
        accounts = {int(urn.rpartition(":")[2]) for urn in asked["accounts"]}
        by_key = {
            campaign.key: campaign
            for campaign in self.store.campaigns.values()
            if campaign.account in accounts and self.store.accounts[campaign.account].is_readable
        }
        period = asked["dateRange"]
        first, last = _day(period["start"]), _day(period["end"])
        rows = [
            rendering.analytics(by_key[key].id, day, result)
            for key, day, result in self.store.days.shown(self.store.today, first, last)
            if key in by_key
        ][: self.platform.most_elements]
        kept = [{name: row[name] for name in fields if name in row} for row in rows]
        return {"paging": {"start": 0, "count": 10, "links": []}, "elements": kept}

    async def _refresh(self, request: Request) -> Response:
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        client = (form.get("client_id"), form.get("client_secret"))
        granted = self.platform.refresh_tokens.get(form.get("refresh_token", ""))
        if (
            form.get("grant_type") != "refresh_token"
            or client != self.platform.client
            or not granted
        ):
            body = {"error": "invalid_request", "error_description": "The token is not valid"}
            return JSONResponse(body, 400)
        self.platform.tokens.add(granted)
        return JSONResponse({"access_token": granted, "expires_in": 5_184_000})


def _page(asked: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    """By cursor: the next page begins after the last id of this one."""
    if asked.get("q") != "search":
        raise ApiError(400, "ILLEGAL_ARGUMENT", "No such finder")
    size = int(asked.get("pageSize", 100))
    if not 1 <= size <= 1000:
        raise ApiError(400, "ILLEGAL_ARGUMENT", "pageSize must be between 1 and 1000")
    after = int(asked["pageToken"].removeprefix("after-")) if "pageToken" in asked else -1
    rest = [each for each in found if each["id"] > after]
    page: dict[str, Any] = {"elements": rest[:size], "metadata": {}}
    if len(rest) > size:
        page["metadata"]["nextPageToken"] = f"after-{rest[size - 1]['id']}"
    return page


def _texts(value: Any) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else str(value).split(",")


def _day(parts: dict[str, str]) -> date:
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (KeyError, ValueError):
        raise BadParameter("dateRange") from None
