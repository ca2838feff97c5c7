"""The company as an ASGI app: the token, limits, JSON out, faults around it all."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from demo.servers.faults import Faults, FaultyApp
from demo.servers.pipedrive.changelog import log_page
from demo.servers.pipedrive.clock import to_old_text
from demo.servers.pipedrive.errors import ApiError, any_error, body_of
from demo.servers.pipedrive.limits import Limits
from demo.servers.pipedrive.lists import PARAMETERS, listed, numbers, page_of, shown
from demo.servers.pipedrive.records import Record
from demo.servers.pipedrive.store import Store

TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - of nothing but this server
Handler = Callable[[Request], dict[str, Any]]
# What a call costs of the day's tokens.
DEAR_LIST, LIST, SHORT_LIST, SINGLE = 20, 10, 5, 1


class Pipedrive:
    """A company to serve: `with serve(Pipedrive(store)) as url:`.

    All attributes can be changed while the server runs. `bin_days` is how long deleted records are
    to be had: the vendor's 30 days would empty the demo's. `deleted_log_status` refuses the log of
    a deleted deal.
    """

    token = TOKEN

    def __init__(
        self, store: Store, faults: Faults | None = None, limits: Limits | None = None
    ) -> None:
        self.store = store
        self.limits = limits or Limits()
        self.faults = faults or Faults()
        self.faults.error_body = any_error
        self.tokens = {TOKEN}
        self.bin_days: float | None = None
        self.deleted_log_status: int | None = None
        handlers = {404: _unknown_path, 405: _unknown_path}
        app = Starlette(routes=list(self._routes()), exception_handlers=handlers)
        app.router.redirect_slashes = False
        self._app = FaultyApp(app, self.faults)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every response, faulty ones too, carries the company's own time."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = format_datetime(self.store.clock.now, usegmt=True)
                headers = [*message.get("headers", []), (b"date", now.encode())]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, dated)

    def _routes(self) -> list[Route]:
        served: list[tuple[str, Handler, int]] = [
            ("/api/v2/deals/archived", self._archived, DEAR_LIST),
            ("/api/v2/deals/products", self._deal_products, LIST),
        ]
        for kind in PARAMETERS:
            cost = SHORT_LIST if kind in ("pipelines", "stages") else LIST
            served.append((f"/api/v2/{kind}", self._list_of(kind), cost))
            served.append((f"/api/v2/{kind}/{{id:int}}", self._single_of(kind), SINGLE))
        for prefix in ("/api/v1", "/v1"):
            served.append((f"{prefix}/users", self._users, DEAR_LIST))
            served.append((f"{prefix}/deals/{{id:int}}/changelog", self._changelog, DEAR_LIST))
        return [Route(path, self._endpoint(handler, cost)) for path, handler, cost in served]

    def _endpoint(self, handler: Handler, cost: int) -> Any:
        async def endpoint(request: Request) -> Response:
            try:
                if request.headers.get("x-api-token") not in self.tokens:
                    raise ApiError(401, "unauthorized access")
                self.limits.take(cost)
                body = handler(request)
            except ApiError as error:
                return JSONResponse(error.body, error.status, self.limits.headers())
            return JSONResponse(body, 200, self.limits.headers())

        return endpoint

    def _list_of(self, kind: str) -> Handler:
        return lambda request: listed(
            self.store, kind, request.query_params, self._is_kept, archived=False
        )

    def _archived(self, request: Request) -> dict[str, Any]:
        return listed(self.store, "deals", request.query_params, self._is_kept, archived=True)

    def _single_of(self, kind: str) -> Handler:
        def single(request: Request) -> dict[str, Any]:
            record = self._record(kind, request.path_params["id"])
            return {"success": True, "data": shown(record)}

        return single

    def _deal_products(self, request: Request) -> dict[str, Any]:
        query = request.query_params
        if "deal_ids" not in query:
            raise ApiError(400, "deal_ids is required")
        wanted = numbers(query, "deal_ids")
        found = [item for deal in sorted(wanted) for item in self.store.items.get(deal, [])]
        return page_of(found, query)

    def _changelog(self, request: Request) -> dict[str, Any]:
        deal = self._record("deals", request.path_params["id"])
        if deal["is_deleted"] and self.deleted_log_status is not None:
            raise ApiError(self.deleted_log_status, "Deal not found")
        return log_page(self.store.logs.get(deal["id"], []), request.query_params)

    def _users(self, _request: Request) -> dict[str, Any]:
        """All users at once, those who left too, in the words of the first version."""
        users = [_old_user(user) for user in self.store.of_kind("users")]
        return {"success": True, "data": users or None, "additional_data": None}

    def _record(self, kind: str, record_id: int) -> Record:
        record = self.store.records[kind].get(record_id)
        if record is None or not self._is_kept(record):
            raise ApiError(404, f"{kind} {record_id} is not found")
        return record

    def _is_kept(self, record: Record) -> bool:
        """Whether a record is still to be had: there, or not too long deleted."""
        if not record["is_deleted"] or self.bin_days is None:
            return True
        deleted_at = datetime.fromisoformat(record["update_time"])
        return deleted_at > self.store.clock.now - timedelta(days=self.bin_days)


def _old_user(user: Record) -> Record:
    shown = {name: value for name, value in user.items() if not name.endswith("_time")}
    created, modified = to_old_text(user["add_time"]), to_old_text(user["update_time"])
    return shown | {"created": created, "modified": modified}


async def _unknown_path(_request: Request, _: Exception) -> Response:
    return JSONResponse(body_of(404, "Unknown method ."), 404)
