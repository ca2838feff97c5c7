"""A Pipedrive on loopback that a test changes, extracts from, and compares with what was landed."""

import json
from dataclasses import dataclass
from typing import Any

import duckdb
from starlette.datastructures import QueryParams

from demo.servers.pipedrive import Limits, Pipedrive, Store
from demo.servers.pipedrive.changelog import log_page
from demo.servers.pipedrive.lists import shown
from ingestion.api.client import Patience
from ingestion.api.landed import NEWEST
from ingestion.extraction import Extraction
from ingestion.sources import pipedrive
from jalur.paths import Home
from jalur.settings import Settings
from tests.ingestion.api.portal import QUICK

KINDS = ("organizations", "persons", "products", "deals", "activities")
WHOLE_LOG = QueryParams({"limit": "500"})


@dataclass
class Desk:
    """The server, and the home that it is extracted into."""

    url: str
    server: Pipedrive
    home: Home
    token: str = Pipedrive.token
    runs: int = 0
    most_deletions: float = 0.05

    @property
    def store(self) -> Store:
        return self.server.store

    @property
    def settings(self) -> Settings:
        return Settings(
            _env_file=None,
            home=self.home.root,
            sources=("pipedrive",),
            pipedrive_url=self.url,
            pipedrive_token=self.token,
            most_deletions=self.most_deletions,
        )

    def extract(self, patience: Patience = QUICK) -> Extraction:
        self.runs += 1
        return pipedrive.extract(self.settings, f"run{self.runs:03}", patience=patience)

    def landed(self, table: str) -> dict[str, tuple[bool, Any]]:
        """Of every record that was landed its newest version: whether deleted, and the payload."""
        files = str(self.home.landed_table("pipedrive", table) / "*.parquet")
        text = f"select record_id, is_deleted, payload from read_parquet('{files}') {NEWEST}"
        with duckdb.connect() as connection:
            rows = connection.execute(text).fetchall()
        return {
            record_id: (is_deleted, json.loads(payload)) for record_id, is_deleted, payload in rows
        }


def small() -> Store:
    """A company with a pipeline of three stages, and nothing in it."""
    store = Store()
    store.create("users", name="Olga Other")
    store.create("pipelines", name="Sales")
    for order, name in enumerate(("Qualified", "Proposal", "Contract"), start=1):
        store.create("stages", name=name, order_nr=order, deal_probability=order * 25)
    return store


def reset(server: Pipedrive, store: Store | None = None) -> None:
    """Another company in the place of whatever was there, without limits and faults."""
    fresh = Pipedrive(store or small(), limits=Limits(burst=None, daily_tokens=None))
    server.faults.__dict__.update(fresh.faults.__dict__)
    for name in ("store", "limits", "bin_days", "deleted_log_status"):
        setattr(server, name, getattr(fresh, name))


def differences(desk: Desk) -> list[str]:
    """What of the company is not landed as it is; empty where nothing is lost, stale or twice."""
    found = []
    for kind in KINDS:
        landed = desk.landed(kind)
        current = {str(record["id"]): record for record in desk.store.of_kind(kind)}
        for record_id, record in current.items():
            if record_id not in landed:
                # Of what was deleted before it was ever read only deals are told.
                if not record["is_deleted"] or kind == "deals":
                    found.append(f"{kind} {record_id} is missing")
                continue
            is_deleted, payload = landed[record_id]
            if is_deleted != record["is_deleted"]:
                found.append(f"{kind} {record_id} is deleted: {is_deleted}")
            if not is_deleted and payload != shown(record):
                found.append(f"{kind} {record_id} has other values")
        found += [
            f"{kind} {record_id} is gone and was landed as present"
            for record_id, (is_deleted, _) in landed.items()
            if record_id not in current and not is_deleted
        ]
    return found + _log_differences(desk)


def _log_differences(desk: Desk) -> list[str]:
    found = []
    landed = desk.landed("deal_changelogs")
    for deal in desk.store.of_kind("deals"):
        changes = desk.store.logs.get(deal["id"], [])
        if deal["is_deleted"]:
            continue
        if str(deal["id"]) not in landed:
            found.append(f"the log of deal {deal['id']} is missing")
        elif landed[str(deal["id"])][1]["changes"] != log_page(changes, WHOLE_LOG)["data"]:
            found.append(f"the log of deal {deal['id']} is another")
    return found
