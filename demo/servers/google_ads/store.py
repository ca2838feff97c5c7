"""Customers, campaigns and their results as Google keeps them; tests change them as they like."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from demo.servers.campaign_days import CampaignDays


@dataclass
class Customer:
    """An account; one below a `manager` is reached only by who names it."""

    id: int
    name: str
    currency: str
    time_zone: str
    manager: str | None = None
    is_manager: bool = False


@dataclass
class Campaign:
    """A campaign; `key` is what its results are filed under. Without end the budget is a day's."""

    id: int
    key: str
    customer: int
    name: str
    channel_type: str
    started_on: date
    ended_on: date | None
    budget: Decimal
    status: str = "ENABLED"


@dataclass
class Store:
    """What the server serves. `now` is its clock, which stands still until a test moves it."""

    now: datetime
    customers: dict[int, Customer] = field(default_factory=dict)
    campaigns: dict[int, Campaign] = field(default_factory=dict)
    days: CampaignDays = field(default_factory=CampaignDays)

    def today(self, customer: Customer) -> date:
        """The day it is in the account."""
        return self.now.astimezone(ZoneInfo(customer.time_zone)).date()
