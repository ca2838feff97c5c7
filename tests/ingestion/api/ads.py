"""Ad platforms on loopback that a test changes, extracts from, and compares with what landed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from demo.servers.campaign_days import Result
from demo.servers.google_ads import GoogleAds
from demo.servers.google_ads import store as google
from demo.servers.loopback import serve
from demo.servers.meta_ads import MetaAds
from demo.servers.meta_ads import store as meta
from ingestion.api.client import Patience
from ingestion.api.landed import NEWEST
from ingestion.extraction import EntityExtraction, Extraction
from ingestion.landing import is_landed
from ingestion.sources import google_ads, meta_ads
from jalur.paths import Home
from jalur.settings import Settings
from tests.ingestion.api.portal import QUICK

TODAY = date(2026, 4, 10)
FIRST = date(2026, 2, 1)
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
PLATFORMS = ("google_ads", "meta_ads")
ACCOUNT = 1_234_567_890
Days = dict[tuple[str, str], Decimal]


@dataclass
class Desk:
    """A platform, and the home that it is extracted into."""

    source: str
    server: Any
    url: str
    home: Home
    since: date = FIRST
    most_deletions: float = 0.05
    overrides: dict[str, Any] = field(default_factory=dict)
    runs: int = 0

    @property
    def store(self) -> Any:
        return self.server.store

    @property
    def accounts(self) -> dict[int, Any]:
        found: dict[int, Any] = self.store.customers if self.is_google else self.store.accounts
        return found

    @property
    def is_google(self) -> bool:
        return self.source == "google_ads"

    @property
    def secrets(self) -> list[str]:
        return ["GOCSPX-loopback", "1//loopback", "ya29.loopback", "EAAB-loopback"]

    def settings(self) -> Settings:
        account = ",".join(
            map(str, self.store.customers if self.is_google else self.store.accounts)
        )
        if self.is_google:
            client_id, secret = self.server.platform.client
            given: dict[str, Any] = {
                "google_ads_url": self.url,
                "google_ads_login_url": f"{self.url}/token",
                "google_ads_customers": account,
                "google_ads_client_id": client_id,
                "google_ads_client_secret": secret,
                "google_ads_refresh_token": GoogleAds.refresh_token,
            }
        else:
            given = {
                "meta_ads_url": self.url,
                "meta_ads_accounts": account,
                "meta_ads_token": MetaAds.token,
            }
        given |= {"results_since": self.since, "most_deletions": self.most_deletions}
        return Settings(
            home=self.home.root,
            sources=(self.source,),
            **(given | self.overrides),
        )

    def extract(self, patience: Patience = QUICK, rows_per_package: int = 50_000) -> Extraction:
        self.runs += 1
        # A platform's clock has gone on since it was asked last.
        self.store.now += timedelta(seconds=1)
        extract = google_ads.extract if self.is_google else meta_ads.extract
        return extract(
            self.settings(), f"run{self.runs:03}", patience=patience,
            rows_per_package=rows_per_package,
        )  # fmt: skip

    def landed(self, table: str) -> dict[str, Any]:
        """Of every record that is there, the payload of its newest version."""
        rows = self.query(f"select record_id, payload, is_deleted from {{}} {NEWEST}", table)
        return {key: json.loads(text) for key, text, is_deleted in rows if not is_deleted}

    def spend(self) -> Days:
        """Spend by campaign and day, as it landed."""
        found = {}
        for payload in self.landed("campaign_days").values():
            if self.is_google:
                micros = Decimal(payload["metrics"]["costMicros"])
                key = payload["campaign"]["id"], payload["segments"]["date"]
                found[key] = (micros / 1_000_000).quantize(Decimal("0.01"))
            else:
                found[payload["campaign_id"], payload["date_start"]] = Decimal(payload["spend"])
        return found

    def shown(self) -> Days:
        """Spend by campaign and day, as the platform shows it now."""
        numbers = {each.key: str(each.id) for each in self.store.campaigns.values()}
        today = self.store.today(next(iter(self.accounts.values())))
        return {
            (numbers[key], day.isoformat()): result.spend
            for key, day, result in self.store.days.shown(today, self.since, today)
        }

    def query(self, text: str, table: str) -> list[tuple[Any, ...]]:
        if not is_landed(self.home, self.source, table):
            return []
        files = str(self.home.landed_table(self.source, table) / "*.parquet")
        with duckdb.connect() as connection:
            return connection.execute(text.format(f"read_parquet('{files}')")).fetchall()


@contextmanager
def desk_of(source: str, home: Path, server: Any = None) -> Iterator[Desk]:
    """A desk at a small company of two campaigns, or at the server given."""
    if server is None:
        server = GoogleAds(small_google()) if source == "google_ads" else MetaAds(small_meta())
    with serve(server) as url:
        yield Desk(source, server, url, Home(home))


def small_google() -> google.Store:
    customer = google.Customer(ACCOUNT, "Small", "EUR", "UTC")
    store = google.Store(NOW, {ACCOUNT: customer})
    for number, key in enumerate("ab", start=1):
        ended = None if key == "a" else date(2026, 6, 30)
        store.campaigns[number] = google.Campaign(
            number, key, ACCOUNT, f"Campaign {key}", "SEARCH", FIRST, ended, Decimal("120.5")
        )
    _spend(store)
    return store


def small_meta() -> meta.Store:
    store = meta.Store(NOW, {ACCOUNT: meta.Account(ACCOUNT, "Small", "EUR", "UTC")})
    for number, key in enumerate("ab", start=1):
        ended = None if key == "a" else date(2026, 6, 30)
        store.campaigns[number] = meta.Campaign(
            number, key, ACCOUNT, f"Campaign {key}", FIRST, ended, Decimal("120.5")
        )
    _spend(store)
    return store


def _spend(store: Any) -> None:
    for number in range((TODAY - FIRST).days + 1):
        for key, cost in (("a", "10.25"), ("b", "3.1")):
            spend = Decimal(cost) + number
            store.days.rows[key, FIRST + timedelta(days=number)] = Result(spend, 100, 5)


def days_of(extraction: Extraction) -> EntityExtraction:
    """What was counted of the results."""
    return next(each for each in extraction.entities if each.entity == "campaign_days")
