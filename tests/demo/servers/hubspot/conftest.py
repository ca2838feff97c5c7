"""One portal for all tests of this folder; each test gets it empty."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from demo.servers.faults import Faults
from demo.servers.hubspot import HubSpot, Limits, Store
from demo.servers.loopback import serve

DEALS = "/crm/objects/2026-09/deals"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Desk:
    """The server, and a client with its token."""

    url: str
    server: HubSpot
    session: requests.Session

    @property
    def store(self) -> Store:
        return self.server.portal.store

    def ask(self, path: str, **query: Any) -> requests.Response:
        return self.session.get(self.url + path, params=query, timeout=10)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(self.url + path, json=body, timeout=10)


def some_deals(desk: Desk, count: int) -> list[int]:
    return [desk.store.create("deals", {"dealname": f"Deal {n}"}) for n in range(count)]


def ids(answer: dict[str, list[dict[str, str]]]) -> list[int]:
    return [int(each["id"]) for each in answer["results"]]


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[str, HubSpot, requests.Session]]:
    server = HubSpot(Store())
    with serve(server) as url, requests.Session() as session:
        yield url, server, session


@pytest.fixture
def desk(running: tuple[str, HubSpot, requests.Session]) -> Desk:
    url, server, session = running
    store = Store()
    store.clock.set(NOON)
    fresh = HubSpot(store, limits=Limits(searches_per_second=None))
    server.portal.__dict__.update(fresh.portal.__dict__)
    server.faults.__dict__.update(Faults(error_body=server.faults.error_body).__dict__)
    session.headers["Authorization"] = f"Bearer {server.token}"
    return Desk(url, server, session)
