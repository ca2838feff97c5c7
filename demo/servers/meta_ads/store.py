"""Ad accounts, campaigns and their results as Meta keeps them; tests change them as they like."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from demo.servers.campaign_days import CampaignDays


@dataclass
class Account:
    """An ad account."""

    id: int
    name: str
    currency: str
    time_zone: str


@dataclass
class Campaign:
    """A campaign; `key` is what its results are filed under. Without end the budget is a day's."""

    id: int
    key: str
    account: int
    name: str
    started_on: date
    ended_on: date | None
    budget: Decimal
    status: str = "ACTIVE"


@dataclass
class Store:
    """What the server serves. `now` is its clock, which stands still until a test moves it."""

    now: datetime
    accounts: dict[int, Account] = field(default_factory=dict)
    campaigns: dict[int, Campaign] = field(default_factory=dict)
    days: CampaignDays = field(default_factory=CampaignDays)

    def today(self, account: Account) -> date:
        """The day it is in the account."""
        return self.now.astimezone(ZoneInfo(account.time_zone)).date()
