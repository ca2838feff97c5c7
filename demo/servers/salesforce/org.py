"""What every part of the server shares: the store, the sessions, the switches; and the guard."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.servers.salesforce.auth import Sessions
from demo.servers.salesforce.errors import ApiError, not_found
from demo.servers.salesforce.store import Store
from demo.servers.salesforce.switches import Switches

Handler = Callable[[Request], Awaitable[Response]]
VERSIONS = {
    "59.0": "Winter '24",
    "60.0": "Spring '24",
    "61.0": "Summer '24",
    "62.0": "Winter '25",
    "63.0": "Spring '25",
    "64.0": "Summer '25",
    "65.0": "Winter '26",
    "66.0": "Spring '26",
    "67.0": "Summer '26",
    "68.0": "Winter '27",
}


@dataclass
class Org:
    """One org that is served."""

    store: Store
    sessions: Sessions
    switches: Switches

    def guard(self, handler: Handler) -> Handler:
        """The handler behind the checks of every API call, its refusals as JSON."""

        async def guarded(request: Request) -> Response:
            try:
                self._check(request)
                response = await handler(request)
            except ApiError as error:
                response = JSONResponse(error.body(), error.status)
            usage = f"api-usage={self.switches.calls}/{self.switches.request_limit}"
            response.headers["Sforce-Limit-Info"] = usage
            # A client reads up to the clock of the org, never its own.
            response.headers["Date"] = format_datetime(self.store.clock.now, usegmt=True)
            return response

        return guarded

    def _check(self, request: Request) -> None:
        switches = self.switches
        self.sessions.check(request.headers.get("authorization"), switches.session_calls)
        if switches.calls >= switches.request_limit:
            raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        switches.calls += 1
        parts = request.url.path.split("/")
        switches.paths[parts[4] if len(parts) > 4 else ""] += 1
        if request.path_params["version"] not in VERSIONS:
            raise not_found()


def version_of(request: Request) -> str:
    """The API version of a call, like `59.0`."""
    return str(request.path_params["version"])


def milliseconds(started: float) -> int:
    """Since a moment of `time.monotonic()`."""
    return int((time.monotonic() - started) * 1000)
