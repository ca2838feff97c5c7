"""Real servers on loopback that take what alerts send, or do not."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal

from aiosmtpd.controller import Controller

SECRET = "s3cr3t-t0ken"
Behaviour = Literal["takes", "refuses", "redirects", "waits", "never ends"]


@dataclass
class WebHook:
    """An HTTP server; what it does can be changed while it runs."""

    port: int = 0
    behaviour: Behaviour = "takes"
    received: list[dict[str, Any]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/{SECRET}"

    @property
    def texts(self) -> list[str]:
        return [f"{request['title']}\n{request['message']}" for request in self.received]


@contextmanager
def web_hook() -> Iterator[WebHook]:
    """A web hook that takes everything until it is told otherwise."""
    state = WebHook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.startswith("/elsewhere"):
                state.elsewhere.append(self.path)
            elif state.behaviour == "refuses":
                self.send_response(503)
            elif state.behaviour == "redirects":
                self.send_response(307)
                self.send_header("Location", f"http://127.0.0.1:{state.port}/elsewhere")
            elif state.behaviour == "waits":
                time.sleep(60)
            elif state.behaviour == "never ends":
                self._answer_without_end()
                return
            else:
                state.received.append(json.loads(body))
                self.send_response(200)
            self.end_headers()

        def _answer_without_end(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while True:
                    self.wfile.write(b"x" * 2**20)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        state.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@dataclass
class MailServer:
    """An SMTP server and the letters it took."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=jalur@example.org&to=sales@example.org"

    async def handle_DATA(  # noqa: N802 (aiosmtpd calls it so)
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
