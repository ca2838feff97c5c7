"""One server for all tests of this folder; each test gets it empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.servers.hubspot import HubSpot, Store
from demo.servers.loopback import serve
from jalur.paths import Home
from tests.ingestion.api.portal import Desk, reset, write_parquet


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[str, HubSpot]]:
    server = HubSpot(Store())
    with serve(server) as url:
        yield url, server


@pytest.fixture
def real_desk(running: tuple[str, HubSpot], tmp_path: Path) -> Desk:
    """Landing through dlt, as users do."""
    url, server = running
    reset(server)
    return Desk(url, server, Home(tmp_path / "home"))


@pytest.fixture
def desk(real_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("ingestion.api.sync.land", write_parquet)
    monkeypatch.setattr("ingestion.api.sync.load_pending", lambda *_: None)
    return real_desk
