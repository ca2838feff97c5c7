"""A Salesforce on loopback that a test changes, extracts from, and compares with what landed."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import duckdb

from demo.servers.faults import Faults
from demo.servers.salesforce import SalesforceServer, Store
from demo.servers.salesforce.errors import error_body
from ingestion.api.landed import NEWEST
from ingestion.extraction import Extraction
from ingestion.landing import is_landed
from ingestion.sources import salesforce
from ingestion.sources.salesforce.objects import BULK_FROM
from ingestion.sources.salesforce.streams import OBJECTS
from jalur.paths import Home
from jalur.settings import Settings
from tests.demo.servers.salesforce_org import Small, small
from tests.ingestion.api.portal import QUICK


@dataclass
class Desk:
    """The server, and the home that it is extracted into."""

    url: str
    server: SalesforceServer
    faults: Faults
    home: Home
    org: Small = field(default_factory=small)
    runs: int = 0

    @property
    def store(self) -> Store:
        return self.org.store

    def settings(self, **others: Any) -> Settings:
        app = self.server.app
        given = {
            "salesforce_url": self.url,
            "salesforce_client_id": app.client_id,
            "salesforce_client_secret": app.client_secret,
        }
        return Settings(home=self.home.root, sources=("salesforce",), **(given | others))

    def extract(
        self,
        bulk_from: int = BULK_FROM,
        rows_per_package: int = 50_000,
        settings: Settings | None = None,
    ) -> Extraction:
        self.runs += 1
        return salesforce.extract(
            settings or self.settings(),
            f"run{self.runs:03}",
            patience=QUICK,
            bulk_from=bulk_from,
            rows_per_package=rows_per_package,
        )

    def landed(self, table: str) -> dict[str, tuple[bool, Any]]:
        """Of every record that was landed its newest version: whether deleted, and the payload."""
        rows = self.query(f"select record_id, is_deleted, payload from {{}} {NEWEST}", table)
        return {record_id: (is_deleted, json.loads(text)) for record_id, is_deleted, text in rows}

    def query(self, text: str, table: str) -> list[tuple[Any, ...]]:
        files = str(self.home.landed_table("salesforce", table) / "*.parquet")
        if not is_landed(self.home, "salesforce", table):
            return []
        with duckdb.connect() as connection:
            return connection.execute(text.format(f"read_parquet('{files}')")).fetchall()


def reset(server: SalesforceServer, faults: Faults, org: Small) -> None:
    """That org in the place of whatever was there, without limits, sessions and faults."""
    fresh = SalesforceServer(org.store)
    server.__dict__.update(fresh.__dict__)
    faults.__dict__.update(calm().__dict__)


def calm() -> Faults:
    """No faults, and the words of Salesforce for those that a test switches on."""
    return Faults(error_body=error_body, retry_after=None)


def rows_landed(extraction: Extraction) -> dict[str, int]:
    return {each.entity: each.rows_landed for each in extraction.entities}


def differences(desk: Desk) -> list[str]:
    """What of the org is not landed as it is; empty where nothing is lost or stale."""
    found = []
    for kind in OBJECTS:
        landed = desk.landed(kind.table)
        current = {each["Id"]: each for each in desk.store.all(kind.name, with_deleted=True)}
        for record_id, record in current.items():
            if record_id not in landed:
                found.append(f"{kind.name} {record_id} is missing")
                continue
            is_deleted, payload = landed[record_id]
            if not kind.is_history and is_deleted != record["IsDeleted"]:
                found.append(f"{kind.name} {record_id} is deleted: {is_deleted}")
            told = {name: plain(payload[name]) for name in record}
            # Salesforce changes nothing in a history but that it is deleted with its record.
            ignored = {"IsDeleted", "SystemModstamp"} if kind.is_history else set()
            if any(told[k] != plain(v) for k, v in record.items() if k not in ignored):
                found.append(f"{kind.name} {record_id} is another")
        if not kind.is_history:
            found += [
                f"{kind.name} {record_id} is gone and was landed as present"
                for record_id, (is_deleted, _) in landed.items()
                if record_id not in current and not is_deleted
            ]
    return found


def plain(value: Any) -> Any:
    """A value as REST and Bulk CSV both give it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).astimezone(UTC) if "T" in value else value or None
        except ValueError:
            return value
    return None if value is None else str(value)
