"""The demo company's campaigns with their results per day, as a platform learns of them.

A platform does not know a day at once: what it shows of the last days is less than what it shows of
them later. So a store whose clock moves on restates by itself, as vendors do.
"""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

# What is known of a day at its end, one day later, and so on; then all of it.
LEARNING = (Decimal("0.6"), Decimal("0.9"), Decimal("0.98"))
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Campaign:
    """A campaign of the export."""

    campaign_id: str
    name: str
    channel: str
    started_on: date
    ended_on: date | None
    budget: Decimal
    currency: str

    @property
    def number(self) -> int:
        """The number in its id: vendors have numbers."""
        return int(self.campaign_id.partition("-")[2])


@dataclass(frozen=True)
class Result:
    """What a campaign cost and brought on one day."""

    spend: Decimal
    impressions: int
    clicks: int

    def partly(self, share: Decimal) -> "Result":
        """What is known of it while only a share is."""
        spend = (self.spend * share).quantize(CENT, ROUND_HALF_UP)
        return Result(spend, int(self.impressions * share), int(self.clicks * share))


@dataclass
class CampaignDays:
    """Results by campaign and day; a test changes, adds and removes them while a server runs."""

    rows: dict[tuple[str, date], Result] = field(default_factory=dict)
    learning: tuple[Decimal, ...] = LEARNING

    def shown(self, today: date, first: date, last: date) -> Iterator[tuple[str, date, Result]]:
        """What is known today of the days from `first` to `last`, in the order of days."""
        for (campaign, day), result in sorted(self.rows.items(), key=lambda row: row[0][::-1]):
            if first <= day <= min(last, today):
                age = (today - day).days
                known = result if age >= len(self.learning) else result.partly(self.learning[age])
                yield campaign, day, known

    def restate(self, campaign: str, day: date, **values: Any) -> None:
        """Other figures of a day, as after fraud was taken out."""
        self.rows[campaign, day] = replace(self.rows[campaign, day], **values)


def read_campaigns(export: Path, channels: Collection[str]) -> list[Campaign]:
    """The campaigns of some channels."""
    return [
        Campaign(
            row["campaign_id"],
            row["name"],
            row["channel"],
            date.fromisoformat(row["started_on"]),
            _day(row["ended_on"]),
            Decimal(row["budget"]),
            row["currency"],
        )
        for row in _rows(export, "campaigns")
        if row["channel"] in channels
    ]


def read_days(export: Path, campaigns: Collection[Campaign]) -> CampaignDays:
    """The results of these campaigns."""
    wanted = {campaign.campaign_id for campaign in campaigns}
    return CampaignDays(
        {
            (row["campaign_id"], date.fromisoformat(row["spend_date"])): Result(
                Decimal(row["spend"]), int(row["impressions"]), int(row["clicks"])
            )
            for row in _rows(export, "campaign_spend")
            if row["campaign_id"] in wanted
        }
    )


def _rows(export: Path, entity: str) -> Iterator[dict[str, str]]:
    with (export / f"{entity}.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> date | None:
    """None for a typing error, too: the export has some, and no platform takes them."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
