"""One server for all tests of this folder; each test gets it empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.servers.faults import FaultyApp
from demo.servers.hubspot import HubSpot, Store
from demo.servers.loopback import serve
from demo.servers.salesforce import SalesforceServer
from jalur.paths import Home
from tests.demo.servers.salesforce_org import small
from tests.ingestion.api import org
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
def quick_landing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.api.sync.land", write_parquet)
    monkeypatch.setattr("ingestion.api.sync.load_pending", lambda *_: None)


@pytest.fixture
def desk(real_desk: Desk, quick_landing: None) -> Desk:
    return real_desk


@pytest.fixture(scope="session")
def running_salesforce() -> Iterator[tuple[str, FaultyApp]]:
    app = FaultyApp(SalesforceServer(small().store), org.calm())
    with serve(app) as url:
        yield url, app


@pytest.fixture
def real_org(running_salesforce: tuple[str, FaultyApp], tmp_path: Path) -> org.Desk:
    """Landing through dlt, as users do."""
    url, app = running_salesforce
    assert isinstance(app.app, SalesforceServer)
    desk = org.Desk(url, app.app, app.faults, Home(tmp_path / "home"))
    org.reset(app.app, app.faults, desk.org)
    return desk


@pytest.fixture
def sf(real_org: org.Desk, quick_landing: None) -> org.Desk:
    return real_org
