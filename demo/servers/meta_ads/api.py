"""An ad account with its campaigns and insights: tokens, fields, filters, cursors, limits."""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from demo.servers.dated import Dated
from demo.servers.faults import Faults, FaultyApp
from demo.servers.meta_ads import rendering
from demo.servers.meta_ads.errors import ApiError, any_error, limited
from demo.servers.meta_ads.store import Account, Campaign, Store

TOKEN = "EAAB-loopback-0000"  # noqa: S105 - opens nothing but this simulation
# What is shown where no filter asks for more.
SHOWN = {"ACTIVE", "PAUSED", "IN_PROCESS", "WITH_ISSUES"}
# Days of the 37 months that insights go back.
DAYS_KEPT = 37 * 365 // 12
ALWAYS = {"date_start", "date_stop", "id"}


@dataclass
class Platform:
    """Settings that a test changes while the server runs."""

    versions: frozenset[str] = frozenset({"v25.0", "v26.0", "v27.0"})
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    refusals: list[tuple[int, int | None]] = field(default_factory=list)
    """Limits of the next calls: the code, and the minutes that the header tells."""
    calls_per_hour: int | None = None
    calls: int = 0
    largest_page: int = 500
    tokens_in_urls: int = 0
    """How often an address had a token in it, where proxies and logs can read it."""


class MetaAds:
    """A server: `with serve(MetaAds(store)) as url:`; all of it can be changed meanwhile."""

    token = TOKEN

    def __init__(self, store: Store, faults: Faults | None = None) -> None:
        self.store, self.platform = store, Platform()
        self.faults = faults or Faults(limit_status=400, retry_after=None)
        self.faults.error_body = any_error
        app = Starlette(
            routes=[
                Route("/{version}/act_{account}", self._answer(self._account)),
                Route("/{version}/act_{account}/campaigns", self._answer(self._campaigns)),
                Route("/{version}/act_{account}/insights", self._answer(self._insights)),
            ]
        )
        self._app = Dated(FaultyApp(app, self.faults), lambda: self.store.now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def _answer(self, handler: Callable[[Request, Account], Any]) -> Any:
        async def endpoint(request: Request) -> Response:
            try:
                return JSONResponse(handler(request, self._checked(request)))
            except ApiError as error:
                return JSONResponse(error.body, error.status, error.headers)

        return endpoint

    def _checked(self, request: Request) -> Account:
        self.platform.tokens_in_urls += "access_token" in request.query_params
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.platform.tokens:
            raise ApiError(400, 190, f"Malformed access token {token}")
        if request.path_params["version"] not in self.platform.versions:
            raise ApiError(400, 2635, "(#2635) You are calling a deprecated version.")
        self.platform.calls += 1
        number = request.path_params["account"]
        account = self.store.accounts.get(int(number)) if number.isdigit() else None
        if account is None:
            message = f"Unsupported get request. Object with ID 'act_{number}' does not exist"
            raise ApiError(400, 100, message, 33)
        if self.platform.refusals:
            raise limited(*self.platform.refusals.pop(0), account.id)
        most = self.platform.calls_per_hour
        if most is not None and self.platform.calls > most:
            raise limited(80000, 42, account.id)
        return account

    def _account(self, request: Request, account: Account) -> Any:
        return _chosen(request, rendering.account(account))

    def _campaigns(self, request: Request, account: Account) -> Any:
        # Nothing lists what was deleted.
        statuses = _statuses(request, "effective_status") - {"DELETED"}
        found = [each for each in self._of(account).values() if each.status in statuses]
        return self._page(request, (rendering.campaign(each, account) for each in found))

    def _insights(self, request: Request, account: Account) -> Any:
        try:
            days = json.loads(request.query_params["time_range"])
            first, last = (date.fromisoformat(days[name]) for name in ("since", "until"))
        except (KeyError, TypeError, ValueError):
            raise ApiError(400, 100, "(#100) Invalid parameter: time_range") from None
        asked = request.query_params
        if asked.get("level") != "campaign" or asked.get("time_increment") != "1" or first > last:
            raise ApiError(400, 100, "(#100) Invalid parameter")
        today = self.store.today(account)
        if first < today - timedelta(days=DAYS_KEPT):
            message = "(#3018) The start date of the time range cannot be beyond 37 months"
            raise ApiError(400, 3018, message)
        statuses = _statuses(request, "campaign.effective_status")
        campaigns = self._of(account)
        shown = (
            rendering.insight(campaigns[key], account, day, result)
            for key, day, result in self.store.days.shown(today, first, last)
            if key in campaigns and campaigns[key].status in statuses
        )
        return self._page(request, shown)

    def _of(self, account: Account) -> dict[str, Campaign]:
        found = self.store.campaigns.values()
        return {each.key: each for each in found if each.account == account.id}

    def _page(self, request: Request, rows: Iterable[dict[str, Any]]) -> Any:
        found = [_chosen(request, row) for row in rows]
        limit = min(int(request.query_params.get("limit", 25)), self.platform.largest_page)
        start = _position(request.query_params.get("after"))
        page = found[start : start + limit]
        body: dict[str, Any] = {"data": page}
        if page:
            after = _cursor(start + len(page))
            body["paging"] = {"cursors": {"before": _cursor(start), "after": after}}
            if start + limit < len(found):
                url = request.url.include_query_params(after=after, access_token=TOKEN)
                body["paging"]["next"] = str(url)
        return body


def _chosen(request: Request, row: dict[str, Any]) -> dict[str, Any]:
    """The fields that were asked for, and those that always come."""
    names = {*request.query_params.get("fields", "").split(","), *ALWAYS}
    return {name: value for name, value in row.items() if name in names}


def _statuses(request: Request, name: str) -> set[str]:
    for each in json.loads(request.query_params.get("filtering", "[]")):
        if each == {"field": name, "operator": "IN", "value": each.get("value")}:
            return set(each["value"])
    return SHOWN


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"at:{position}".encode()).decode()


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("at:"))
    except ValueError:
        raise ApiError(400, 100, "(#100) Invalid cursor") from None
