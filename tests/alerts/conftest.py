"""The homes that the tests of alerts work in, and the servers that they send to."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jalur.settings import Settings
from tests.alerts.receivers import MailServer, WebHook, mail_server, web_hook
from tests.alerts.world import World


@pytest.fixture
def make_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., World]:
    """A home of its own below the test's folder; keyword arguments are settings.

    `routes` is the text of a file of routes.
    """
    for name in [name for name in os.environ if name.startswith("JALUR_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def make(routes: str | None = None, **settings: Any) -> World:
        if routes is not None:
            settings["alert_routes"] = tmp_path / "alerts.toml"
            settings["alert_routes"].write_text(routes)
        return World(Settings(home=tmp_path / "home", **settings))

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


@pytest.fixture
def hook() -> Iterator[WebHook]:
    with web_hook() as server:
        yield server


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server
