"""A HubSpot on loopback that a test changes, extracts from, and compares with what was landed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from demo.servers.hubspot import HubSpot, Limits, Store
from ingestion.api.client import Patience
from ingestion.api.landed import NEWEST
from ingestion.extraction import Extraction
from ingestion.landing import Batches, schema_of
from ingestion.sources import hubspot
from jalur.paths import Home
from jalur.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# Pauses so short that a test can afford hundreds.
QUICK = Patience(first_pause=0.001, longest_pause=0.05, timeout=5)
TYPES = ("companies", "contacts", "deals")


@dataclass
class Desk:
    """The server, and the home that it is extracted into."""

    url: str
    server: HubSpot
    home: Home
    token: str = HubSpot.token
    runs: int = 0
    most_deletions: float = 0.05
    fields: str = ""

    @property
    def store(self) -> Store:
        return self.server.portal.store

    @property
    def settings(self) -> Settings:
        return Settings(
            home=self.home.root,
            sources=("hubspot",),
            hubspot_url=self.url,
            hubspot_token=self.token,
            hubspot_fields=self.fields,
            most_deletions=self.most_deletions,
        )

    def extract(self, patience: Patience = QUICK) -> Extraction:
        self.runs += 1
        return hubspot.extract(self.settings, f"run{self.runs:03}", patience=patience)

    def landed(self, table: str) -> dict[str, tuple[bool, Any]]:
        """Of every record that was landed its newest version: whether deleted, and the payload."""
        rows = self.query(f"select record_id, is_deleted, payload from {{}} {NEWEST}", table)
        return {record_id: (is_deleted, json.loads(text)) for record_id, is_deleted, text in rows}

    def query(self, text: str, table: str) -> list[tuple[Any, ...]]:
        files = str(self.home.landed_table("hubspot", table) / "*.parquet")
        with duckdb.connect() as connection:
            return connection.execute(text.format(f"read_parquet('{files}')")).fetchall()


def reset(server: HubSpot, store: Store | None = None) -> None:
    """An empty portal in the place of whatever was there, without limits and faults."""
    if store is None:
        store = Store()
        store.clock.set(NOON)
    fresh = HubSpot(store, limits=Limits(burst=None, searches_per_second=None))
    server.portal.__dict__.update(fresh.portal.__dict__)
    server.faults.__dict__.update(fresh.faults.__dict__)


def differences(desk: Desk, types: Sequence[str] = TYPES) -> list[str]:
    """What of the portal is not landed as it is; empty where nothing is lost, stale or twice."""
    found = []
    for kind in types:
        landed = desk.landed(kind)
        current = {str(record.id): record for record in desk.store.after(kind)}
        for record_id, record in current.items():
            if record_id not in landed:
                found.append(f"{kind} {record_id} is missing")
                continue
            is_deleted, payload = landed[record_id]
            if is_deleted != record.archived:
                found.append(f"{kind} {record_id} is deleted: {is_deleted}")
            if _texts(payload["properties"]) != _texts(record.properties, payload["properties"]):
                found.append(f"{kind} {record_id} has other properties")
            for name, entries in payload.get("propertiesWithHistory", {}).items():
                told = [(entry["value"], entry["timestamp"]) for entry in entries]
                if len(told) != len(set(told)):
                    found.append(f"{kind} {record_id} {name} has a change twice")
                if entries and entries[0]["value"] != record.properties.get(name, ""):
                    found.append(f"{kind} {record_id} {name} ends in another value")
        found += [
            f"{kind} {record_id} is gone and was landed as present"
            for record_id, (is_deleted, _) in landed.items()
            if record_id not in current and not is_deleted
        ]
    return found


def _texts(
    properties: Mapping[str, Any], of: Mapping[str, Any] | None = None
) -> dict[str, str | None]:
    names = properties if of is None else of
    return {name: properties.get(name) or None for name in names}


def write_parquet(home: Home, source: str, tables: dict[str, Batches]) -> None:
    """Land without dlt: quick, where landing is not what is tested."""
    for table, batches in tables.items():
        folder = home.landed_table(source, table)
        folder.mkdir(parents=True, exist_ok=True)
        rows: Sequence[pa.RecordBatch] = list(batches())
        number = len(list(folder.iterdir()))
        path = Path(str(folder / f"{number:05}.parquet"))
        pq.write_table(pa.Table.from_batches(rows, schema_of(table)), path)
