"""Platforms of marketing on loopback, each with a home that it is extracted into."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from demo.servers.campaign_days import Result
from demo.servers.ga4 import Analytics, Property
from demo.servers.ga4 import Store as AnalyticsStore
from demo.servers.ga4.store import Values, Visits
from demo.servers.linkedin_ads import LinkedInAds
from demo.servers.linkedin_ads import Store as LinkedInStore
from demo.servers.linkedin_ads.store import Account, Campaign
from demo.servers.mailchimp import MailchimpServer
from demo.servers.mailchimp import Store as MailchimpStore
from ingestion.api.client import Patience
from ingestion.api.landed import NEWEST
from ingestion.extraction import EntityExtraction, Extraction
from jalur.checks import CheckResult
from jalur.paths import Home
from jalur.settings import Settings
from tests.ingestion.api.portal import QUICK

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
PROPERTY = "342100077"
Extract = Callable[..., Extraction]


@dataclass
class Desk:
    """A source with its settings; what it landed is compared with what the server has."""

    source: str
    read: Extract
    home: Home
    given: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)
    runs: int = 0

    @property
    def settings(self) -> Settings:
        given = {"results_since": date(2026, 1, 1)} | self.given
        return Settings(_env_file=None, home=self.home.root, sources=(self.source,), **given)

    def extract(self, patience: Patience = QUICK) -> dict[str, EntityExtraction]:
        return {each.entity: each for each in self.extraction(patience).entities}

    def extraction(self, patience: Patience = QUICK) -> Extraction:
        self.runs += 1
        return self.read(self.settings, f"run{self.runs:03}", patience=patience, **self.options)

    def landed(self, table: str) -> dict[str, Any]:
        """Of every record that is there, the payload of its newest version."""
        files = str(self.home.landed_table(self.source, table) / "*.parquet")
        with duckdb.connect() as connection:
            rows = connection.execute(
                f"select record_id, is_deleted, payload from read_parquet('{files}') {NEWEST}"
            ).fetchall()
        return {key: json.loads(text) for key, is_deleted, text in rows if not is_deleted}


def failed(extraction: Extraction) -> dict[str, CheckResult]:
    """The checks that failed, by name."""
    return {each.check_name: each for each in extraction.checks if each.status == "failed"}


def linkedin(campaigns: int = 3, days: int = 40) -> LinkedInAds:
    """An account in euros whose campaigns ran every day up to that of the clock."""
    store = LinkedInStore(NOON, {7: Account(7, "Ours", "EUR")})
    for number in range(1, campaigns + 1):
        key = f"C-{number:02}"
        store.campaigns[number] = Campaign(
            number, key, 7, f"Campaign {number}", date(2026, 1, 5), None, Decimal(9000), NOON
        )
        for age in range(days):
            day = date.fromordinal(NOON.date().toordinal() - age)
            store.days.rows[key, day] = Result(Decimal("10.50") * number, 1000 + age, 50)
    return LinkedInAds(store)


def analytics(rows: int = 2, days: int = 40, timezone: str = "UTC") -> Analytics:
    """A property with sessions of some campaigns on every day up to that of the clock."""
    found = Property(PROPERTY, timezone, "EUR")
    for age in range(days):
        day = date.fromordinal(NOON.date().toordinal() - age)
        for number in range(1, rows + 1):
            visits = Visits(day, f"{number}", f"Campaign {number}", "Paid Search")
            found.rows[visits] = session_values(100 * number)
    return Analytics(AnalyticsStore(NOON, {PROPERTY: found}))


def session_values(sessions: int) -> Values:
    """The figures of a row, all made from its sessions."""
    return {
        "sessions": Decimal(sessions),
        "engagedSessions": Decimal(sessions // 2),
        "keyEvents": Decimal(sessions // 10),
        "advertiserAdCost": Decimal("1.25") * sessions,
        "advertiserAdClicks": Decimal(sessions),
        "advertiserAdImpressions": Decimal(sessions * 30),
    }


def mailchimp() -> MailchimpServer:
    """An account without campaigns."""
    return MailchimpServer(MailchimpStore(NOON))
