"""The homes that the tests of alerts work in."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jalur.settings import Settings
from tests.alerts.world import World


@pytest.fixture
def make_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., World]:
    """A home of its own below the test's folder; keyword arguments are settings."""
    for name in [name for name in os.environ if name.startswith("JALUR_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def make(**settings: Any) -> World:
        return World(Settings(home=tmp_path / "home", **settings))

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
