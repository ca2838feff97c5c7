"""A server's own clock in every answer: what connectors take their moments from."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Dated:
    """The outermost middleware: every answer, a faulty one too, has the time of `now` as `Date`."""

    def __init__(self, app: ASGIApp, now: Callable[[], datetime]) -> None:
        self.app, self.now = app, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self.now().astimezone(UTC), usegmt=True)
                headers = [*message.get("headers", []), (b"date", date.encode())]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, dated)
