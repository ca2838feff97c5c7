"""A small Salesforce for tests: two stages, a seller, an account; and a plain client of its API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from demo.servers.loopback import serve
from demo.servers.salesforce import SalesforceServer, Store
from demo.servers.salesforce.auth import App

VERSION = "64.0"
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
STAGES = (
    ("Proposal", False, False, "BestCase", 40.0),
    ("Contract", False, False, "Forecast", 80.0),
    ("Won", True, True, "Closed", 100.0),
)


@dataclass
class Small:
    """The store, and the ids of what every test needs."""

    store: Store
    account: str
    seller: str

    def deal(self, **values: Any) -> str:
        given = {
            "Name": "Deal",
            "StageName": "Proposal",
            "Amount": 1000.0,
            "CloseDate": "2026-06-30",
            "AccountId": self.account,
            "OwnerId": self.seller,
        }
        return self.store.insert("Opportunity", given | values, self.seller)

    def opportunity(self, record_id: str) -> dict[str, Any]:
        return self.store.get("Opportunity", record_id)


def small() -> Small:
    store = Store(START)
    for order, (name, closed, won, forecast, probability) in enumerate(STAGES, 1):
        store.add_stage(
            {
                "ApiName": name,
                "MasterLabel": name,
                "IsActive": True,
                "SortOrder": order,
                "IsClosed": closed,
                "IsWon": won,
                "ForecastCategory": forecast,
                "DefaultProbability": probability,
            }
        )
    seller = store.insert("User", {"Name": "Sam Seller", "IsActive": True})
    return Small(store, store.insert("Account", {"Name": "Acme"}), seller)


@dataclass
class Client:
    """Plain requests, one access token."""

    url: str
    server: SalesforceServer
    token: str = ""

    def login(self, **form: str) -> requests.Response:
        app = self.server.app
        credentials = {"client_id": app.client_id, "client_secret": app.client_secret}
        given = {"grant_type": "client_credentials"} | credentials | form
        return requests.post(f"{self.url}/services/oauth2/token", data=given, timeout=10)

    def call(self, method: str, path: str, **rest: Any) -> requests.Response:
        if not self.token:
            self.token = self.login().json()["access_token"]
        headers = {"Authorization": f"Bearer {self.token}"} | rest.pop("headers", {})
        url = f"{self.url}/services/data/v{VERSION}/{path}"
        return requests.request(method, url, headers=headers, timeout=10, **rest)

    def get(self, path: str, **params: str) -> Any:
        return self.call("GET", path, params=params).json()

    def query(self, soql: str, resource: str = "query") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(resource, q=soql)["records"]
        return found


@contextmanager
def served(store: Store, app: App | None = None) -> Iterator[Client]:
    server = SalesforceServer(store, app)
    with serve(server) as url:
        yield Client(url, server)
