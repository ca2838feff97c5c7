"""Mailchimp's lists: pages by offset, keys and tokens, ten connections at most."""

import asyncio
import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from demo.servers.dated import Dated
from demo.servers.faults import Faults, FaultyApp
from demo.servers.mailchimp import store as words
from demo.servers.mailchimp.store import Store

DEFAULT_COUNT, MOST_COUNT = 10, 1000
TITLES = {400: "Bad Request", 401: "API Key Invalid", 429: "Too Many Requests"}


def problem(status: int, detail: str = "Something went wrong.") -> dict[str, Any]:
    """An error as Mailchimp writes it."""
    return {
        "type": "https://mailchimp.com/developer/marketing/docs/errors/",
        "title": TITLES.get(status, "Internal Server Error"),
        "status": status,
        "detail": detail,
        "instance": "0f0f0f0f-0000-0000-0000-000000000000",
    }


@dataclass
class Account:
    """Settings that a test changes while the server runs."""

    key: str = "0123456789abcdef0123456789abcdef-us14"
    token: str = "oauth-loopback"  # noqa: S105 - opens nothing but this simulation
    connections: int = 10
    seconds: float = 0.0
    """How long an answer takes."""
    busy: int = 0
    most_busy: int = 0


class MailchimpServer:
    """A server: `with serve(MailchimpServer(store)) as url:`; all can be changed meanwhile."""

    def __init__(self, store: Store, faults: Faults | None = None) -> None:
        self.store, self.account = store, Account()
        self.calls: list[str] = []
        self.faults = faults or Faults()
        self.faults.error_body = problem
        routes = [
            Route("/3.0/campaigns", self._answer(self._campaigns)),
            Route("/3.0/reports", self._answer(self._reports)),
        ]
        self._app = Dated(FaultyApp(Starlette(routes=routes), self.faults), lambda: self.store.now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def _answer(self, handler: Any) -> Any:
        async def endpoint(request: Request) -> Response:
            account = self.account
            if not self._is_allowed(request.headers.get("Authorization", "")):
                detail = "Your API key may be invalid, or you've attempted to access the wrong"
                return JSONResponse(problem(401, f"{detail} datacenter."), 401)
            if account.busy >= account.connections:
                return JSONResponse(problem(429, "You have exceeded the limit of 10."), 429)
            account.busy += 1
            account.most_busy = max(account.most_busy, account.busy)
            try:
                await asyncio.sleep(account.seconds)
                self.calls.append(f"{request.url.path}?{request.url.query}")
                status, body = handler(request)
            finally:
                account.busy -= 1
            return JSONResponse(body, status)

        return endpoint

    def _is_allowed(self, header: str) -> bool:
        scheme, _, rest = header.partition(" ")
        if scheme == "Bearer":
            return rest in (self.account.token, self.account.key)
        try:
            return base64.b64decode(rest).decode().partition(":")[2] == self.account.key
        except ValueError:
            return False

    def _campaigns(self, request: Request) -> tuple[int, Any]:
        found = sorted(self.store.mailings.values(), key=lambda each: (each.created_at, each.id))
        return _page(request, "campaigns", [words.campaign(m, self.store.now) for m in found])

    def _reports(self, request: Request) -> tuple[int, Any]:
        now = self.store.now
        since = request.query_params.get("since_send_time")
        found = [
            each
            for each in self.store.mailings.values()
            if each.is_sent(now) and (since is None or _moment(since) < _sent(each))
        ]
        found.sort(key=lambda each: (_sent(each), each.id), reverse=True)
        return _page(request, "reports", [words.report(each, now) for each in found])


def _page(request: Request, name: str, found: list[dict[str, Any]]) -> tuple[int, Any]:
    query = request.query_params
    count, offset = int(query.get("count", DEFAULT_COUNT)), int(query.get("offset", 0))
    if not 0 <= count <= MOST_COUNT or offset < 0:
        return 400, problem(400, f"count must be at most {MOST_COUNT}")
    excluded = query.get("exclude_fields", "").split(",")
    shown = [_without(each, name, excluded) for each in found[offset : offset + count]]
    return 200, {name: shown, "total_items": len(found)}


def _without(record: dict[str, Any], name: str, excluded: list[str]) -> dict[str, Any]:
    kept = {k: v for k, v in record.items() if f"{name}.{k}" not in excluded}
    return {
        k: {i: w for i, w in v.items() if f"{name}.{k}.{i}" not in excluded}
        if isinstance(v, dict)
        else v
        for k, v in kept.items()
    }


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sent(found: words.Mailing) -> datetime:
    assert found.sent_at is not None
    return found.sent_at
