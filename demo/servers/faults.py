"""What goes wrong on the way to an API, by shares of calls that can be switched while it runs.

    faults = Faults(seed=1, too_many_requests=0.05, connection_reset=0.02)
    with serve(FaultyApp(app, faults)) as url: ...
    faults.server_error = 0.5                       # from now on
    faults.script = ["slow", None, "truncated_json"]  # the next three calls, whatever the shares
    faults.before_call(2, lambda: store.archive(...)) # edits the world before the second call

Each call suffers one fault at most. Equal seeds and equal calls give equal faults.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.servers.loopback import reset

KINDS = (
    "too_many_requests",
    "server_error",
    "connection_reset",
    "slow",
    "truncated_json",
    "wrong_content_type",
    "error_body_with_200",
)


def plain_error(status: int) -> Any:
    """The JSON body of an error when a vendor gives no own."""
    return {"status": "error", "message": f"simulated error {status}"}


@dataclass
class Faults:
    """Shares of calls (0-1, together at most 1), how faults look, and what was given so far."""

    seed: int = 0
    too_many_requests: float = 0.0
    server_error: float = 0.0
    connection_reset: float = 0.0
    slow: float = 0.0
    truncated_json: float = 0.0
    wrong_content_type: float = 0.0
    error_body_with_200: float = 0.0

    limit_status: int = 429
    retry_after: float | None = 1.0
    """Seconds for the header `Retry-After`; None leaves the header out."""
    server_statuses: tuple[int, ...] = (500, 502, 503)
    slow_seconds: float = 1.0
    error_body: Callable[[int], Any] = plain_error
    """A status to the vendor's JSON body of such an error; 200 asks for an error in disguise."""

    script: list[str | None] = field(default_factory=list)
    """Faults of the next calls, taken from the front; None is a call that goes well."""
    calls: int = 0
    given: Counter[str] = field(default_factory=Counter)
    _callbacks: list[tuple[int, Callable[[], object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - nothing secret

    def before_call(self, number: int, callback: Callable[[], object]) -> None:
        """Run the callback once, in the server's thread, before the n-th call from now (1 = next).

        What it raises becomes an internal error of that call.
        """
        self._callbacks.append((self.calls + number, callback))

    def quiet(self) -> None:
        """No fault from now on; counters stay."""
        self.script.clear()
        for kind in KINDS:
            setattr(self, kind, 0.0)

    def begin_call(self) -> str | None:
        """Count a call, run the callbacks that are due, and say which fault it suffers."""
        self.calls += 1
        due = [callback for number, callback in self._callbacks if number <= self.calls]
        self._callbacks = [each for each in self._callbacks if each[0] > self.calls]
        for callback in due:
            callback()
        kind = self._choose()
        if kind is not None:
            self.given[kind] += 1
        return kind

    def _choose(self) -> str | None:
        # Drawn for every call, so that a script does not shift the faults that follow it.
        at = self._random.random()
        if self.script:
            return self.script.pop(0)
        for kind in KINDS:
            share: float = getattr(self, kind)
            if at < share:
                return kind
            at -= share
        return None

    def response(self, kind: str) -> Response:
        """The answer that stands in for the app's, for the kinds that have one."""
        if kind == "too_many_requests":
            headers = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
            return JSONResponse(self.error_body(self.limit_status), self.limit_status, headers)
        if kind == "server_error":
            status = self._random.choice(self.server_statuses)
            return JSONResponse(self.error_body(status), status)
        if kind == "wrong_content_type":
            return HTMLResponse("<html><body><h1>Down for maintenance</h1></body></html>")
        if kind == "error_body_with_200":
            return JSONResponse(self.error_body(200))
        raise ValueError(f"no such fault: {kind}; known are {', '.join(KINDS)}")


class FaultyApp:
    """The outermost middleware: gives each call its fault, or passes it on."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = self.faults.begin_call() if scope["type"] == "http" else None
        if kind == "connection_reset":
            reset(receive)
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        if kind == "slow":
            await asyncio.sleep(self.faults.slow_seconds)
            kind = None
        if kind is None:
            await self.app(scope, receive, send)
        elif kind == "truncated_json":
            await _Cut(send).run(self.app, scope, receive)
        else:
            await self.faults.response(kind)(scope, receive, send)


class _Cut:
    """Half of the app's body in a response that is otherwise whole: HTTP is right, JSON is not."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message = {}
        self.body = b""

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        await app(scope, receive, self.keep)
        half = self.body[: len(self.body) // 2]
        headers = [each for each in self.start["headers"] if each[0].lower() != b"content-length"]
        length = (b"content-length", str(len(half)).encode())
        await self.send({**self.start, "headers": [*headers, length]})
        await self.send({"type": "http.response.body", "body": half})

    async def keep(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")
