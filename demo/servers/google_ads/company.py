"""The demo company pays for searches at Google, from one account below a manager."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.clock import END
from demo.servers.campaign_days import LEARNING, read_campaigns, read_days
from demo.servers.google_ads.store import Campaign, Customer, Store

CHANNELS = ("paid_search",)
CUSTOMER, MANAGER = 6_417_093_852, "2814407716"
# An id tells what it is: campaign C-01 of the export has the number 21400000001.
FIRST_CAMPAIGN = 21_400_000_000


def fill(export: Path, channels: Collection[str] = CHANNELS) -> Store:
    """The company when all is known of the last day of its world."""
    store = Store(datetime.fromtimestamp(END, UTC) + timedelta(days=len(LEARNING) + 1))
    found = read_campaigns(export, channels)
    store.days = read_days(export, found)
    for campaign in found:
        store.customers.setdefault(
            CUSTOMER,
            Customer(CUSTOMER, "Demo company", campaign.currency, "America/New_York", MANAGER),
        )
        number = FIRST_CAMPAIGN + campaign.number
        store.campaigns[number] = Campaign(
            number,
            campaign.campaign_id,
            CUSTOMER,
            campaign.name,
            "SEARCH",
            campaign.started_on,
            campaign.ended_on,
            campaign.budget,
        )
    return store
