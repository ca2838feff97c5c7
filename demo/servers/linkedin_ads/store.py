"""Accounts, campaigns and their results as LinkedIn keeps them; tests change them as they like."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal

from demo.servers.campaign_days import CampaignDays


@dataclass
class Account:
    """An ad account; of one that is not `is_readable` there are no results, and no error."""

    id: int
    name: str
    currency: str
    is_readable: bool = True


@dataclass
class Campaign:
    """A campaign; `key` is what its results are filed under."""

    id: int
    key: str
    account: int
    name: str
    started_on: date
    ended_on: date | None
    budget: Decimal
    modified_at: datetime


@dataclass
class Store:
    """What the server serves. `now` is its clock, which stands still until a test moves it."""

    now: datetime
    accounts: dict[int, Account] = field(default_factory=dict)
    campaigns: dict[int, Campaign] = field(default_factory=dict)
    days: CampaignDays = field(default_factory=CampaignDays)

    @property
    def today(self) -> date:
        return self.now.astimezone(UTC).date()


def milliseconds(moment: datetime | date) -> int:
    """Milliseconds since 1970; a date is its midnight in UTC."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min, UTC)
    return round(moment.timestamp() * 1000)
