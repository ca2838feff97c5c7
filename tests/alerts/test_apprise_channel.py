"""Apprise: what may be called, what a failure leaves behind, and that secrets stay secret."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from alerts import deliver, evaluate
from alerts.apprise_channel import AppriseChannel
from tests.alerts.world import World

SECRET = "s3cr3t-t0ken"


@dataclass
class Receiver:
    """A web hook on loopback."""

    port: int = 0
    received: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/{SECRET}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.received.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def closed_url() -> str:
    """A loopback port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return f"json://user:{SECRET}@127.0.0.1:{port}/"


def world_with(make_world: Callable[..., World], *urls: str) -> World:
    world = make_world(alert_urls=urls)
    world.publish({})
    evaluate(world.settings)
    return world


def test_a_web_hook_gets_the_message_once(
    make_world: Callable[..., World], receiver: Receiver
) -> None:
    world = world_with(make_world, receiver.url, receiver.url)
    assert len(deliver(world.settings)) == 1
    assert deliver(world.settings) == []
    [request] = receiver.received
    assert request["title"] == "Bottleneck: Legal review (New business)"
    assert "Held up: 87 deals worth USD 1,234,568" in request["message"]
    assert not world.settings.paths.alerts.exists()


def test_a_channel_that_is_down_is_recorded_retried_and_keeps_its_secret(
    make_world: Callable[..., World],
    receiver: Receiver,
    closed_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    world = world_with(make_world, closed_url, receiver.url)
    for attempt in (1, 2):
        assert deliver(world.settings) == []
        [row] = world.outbox()
        assert row["attempts"] == attempt
        assert row["sent_at"] is None
        assert "JSON 127.0.0.1" in row["last_error"]
        assert "onnection error" in row["last_error"]
    # The channel that works had it at the first attempt, and only then.
    assert len(receiver.received) == 1
    assert SECRET not in caplog.text + str(world.outbox())

    mended = world.settings.model_copy(update={"alert_urls": (receiver.url,)})
    assert len(deliver(mended)) == 1
    assert len(receiver.received) == 1
    assert world.outbox()[0]["last_error"] is None


@pytest.mark.parametrize(
    "url",
    [
        "syslog://localhost",
        "rsyslog://localhost",
        "kodi://localhost",
        "dbus://",
        "exec:///bin/sh",
        "file:///etc/passwd",
        "https://example.org/" + SECRET,
        "tgram://" + SECRET,
        SECRET,
    ],
)
def test_what_does_not_reach_people_is_refused(make_world: Callable[..., World], url: str) -> None:
    world = world_with(make_world, url)
    assert deliver(world.settings) == []
    [row] = world.outbox()
    assert "not allowed" in row["last_error"] or "not a URL that Apprise" in row["last_error"]
    assert SECRET not in row["last_error"]


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "Slack"),
        ("https://discord.com/api/webhooks/12345678901/abcdefghijklmnopqrstu", "Discord"),
        ("mailtos://bob:secretpass@example.org?to=sales@example.org", "E-Mail"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "Telegram"),
    ],
)
def test_a_vendors_own_address_is_known_and_its_label_safe(url: str, service: str) -> None:
    label = AppriseChannel(url).label
    assert label.startswith(service)
    for secret in ("TIiajk", "T1JJ3T3L2", "abcdefg", "123456789", "secretpass"):
        assert secret not in label
