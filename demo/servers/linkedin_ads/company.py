"""The demo company advertises its webinars and events on LinkedIn, from one account."""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from demo.clock import END
from demo.servers.campaign_days import LEARNING, read_campaigns, read_days
from demo.servers.linkedin_ads.store import Account, Campaign, Store

CHANNELS = ("webinar", "event")
ACCOUNT = 507_400_001
# An id tells what it is: campaign C-07 of the export has the number 320000007.
FIRST_CAMPAIGN = 320_000_000


def fill(export: Path, channels: Collection[str] = CHANNELS) -> Store:
    """The company when all is known of the last day of its world."""
    store = Store(datetime.fromtimestamp(END, UTC) + timedelta(days=len(LEARNING)))
    found = read_campaigns(export, channels)
    store.days = read_days(export, found)
    for campaign in found:
        number = FIRST_CAMPAIGN + campaign.number
        account = store.accounts.setdefault(
            ACCOUNT, Account(ACCOUNT, "Demo company", campaign.currency)
        )
        store.campaigns[number] = Campaign(
            number,
            campaign.campaign_id,
            account.id,
            campaign.name,
            campaign.started_on,
            campaign.ended_on,
            campaign.budget,
            datetime.combine(campaign.started_on, time.min, UTC),
        )
    return store
