"""The portal as an ASGI app: authentication, limits, JSON in and out, faults around it all."""

import json
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from demo.servers.faults import Faults, FaultyApp
from demo.servers.hubspot.call import TOKEN, Call, Portal
from demo.servers.hubspot.clock import to_moment
from demo.servers.hubspot.errors import ApiError, any_error, invalid, not_found
from demo.servers.hubspot.limits import Limits
from demo.servers.hubspot.routes import DATED, SERVED, Served
from demo.servers.hubspot.store import Store


class HubSpot:
    """A portal to serve: `with serve(HubSpot(store)) as url:`.

    `store`, `limits`, `tokens`, `search_lag_seconds` are on `portal`, `faults` beside it; all of
    them can be changed while the server runs.
    """

    token = TOKEN

    def __init__(
        self, store: Store, faults: Faults | None = None, limits: Limits | None = None
    ) -> None:
        self.portal = Portal(store, limits or Limits())
        self.faults = faults or Faults()
        self.faults.error_body = any_error
        handlers = {404: _unknown_path, 405: _unknown_path}
        app = Starlette(routes=list(self._routes()), exception_handlers=handlers)
        app.router.redirect_slashes = False
        self._app = FaultyApp(app, self.faults)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every response, faulty ones too, carries the portal's own time."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = format_datetime(to_moment(self.portal.store.clock.now()), usegmt=True)
                headers = [*message.get("headers", []), (b"date", now.encode())]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, dated)

    def _routes(self) -> list[Route]:
        return [
            Route(path, self._endpoint(served), methods=[served.method])
            for served in SERVED
            for path in (*served.numbered, served.dated)
        ]

    def _endpoint(self, served: Served) -> Any:
        async def endpoint(request: Request) -> Response:
            limits = self.portal.limits
            try:
                version = request.path_params.get("version")
                if version is not None and not DATED.fullmatch(version):
                    raise not_found(f"{version} is no version of this API.")
                if len(str(request.url)) > self.portal.longest_url:
                    raise ApiError(414, "VALIDATION_ERROR", "The URI is too long.")
                scopes = self._scopes(request)
                limits.take(served.is_search)
                call = _call(self.portal, scopes, request, await request.body())
                status, body = served.handler(call)
            except ApiError as error:
                headers = error.headers | limits.headers(served.is_search)
                return JSONResponse(error.body, error.status, headers)
            return JSONResponse(body, status, limits.headers(served.is_search))

        return endpoint

    def _scopes(self, request: Request) -> frozenset[str] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token.strip() not in self.portal.tokens:
            message = "Send the access token of a private app as a bearer token."
            raise ApiError(401, "INVALID_AUTHENTICATION", message)
        return self.portal.tokens[token.strip()]


def _call(portal: Portal, scopes: frozenset[str] | None, request: Request, content: bytes) -> Call:
    try:
        body = json.loads(content) if content else {}
    except ValueError:
        raise invalid("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise invalid("The body must be a JSON object.")
    base_url = str(request.url.replace(query=""))
    return Call(
        portal, scopes, request.path_params, request.query_params, body, len(content), base_url
    )


async def _unknown_path(request: Request, _: Exception) -> Response:
    """What no route answers; the vendor does so without a category."""
    body = not_found(f"Nothing is served at {request.url.path}.").body
    del body["category"]
    return JSONResponse(body, 404)
