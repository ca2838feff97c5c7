"""The demo company pays for what it says on Facebook and Instagram, from one ad account."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.clock import END
from demo.servers.campaign_days import LEARNING, read_campaigns, read_days
from demo.servers.meta_ads.store import Account, Campaign, Store

CHANNELS = ("paid_social",)
ACCOUNT = 1_094_220_518_733_061
# An id tells what it is: campaign C-02 of the export has the number 120210000000000002.
FIRST_CAMPAIGN = 120_210_000_000_000_000


def fill(export: Path, channels: Collection[str] = CHANNELS) -> Store:
    """The company when all is known of the last day of its world."""
    store = Store(datetime.fromtimestamp(END, UTC) + timedelta(days=len(LEARNING)))
    found = read_campaigns(export, channels)
    store.days = read_days(export, found)
    for campaign in found:
        store.accounts.setdefault(
            ACCOUNT, Account(ACCOUNT, "Demo company", campaign.currency, "Asia/Jakarta")
        )
        number = FIRST_CAMPAIGN + campaign.number
        store.campaigns[number] = Campaign(
            number,
            campaign.campaign_id,
            ACCOUNT,
            campaign.name,
            campaign.started_on,
            campaign.ended_on,
            campaign.budget,
        )
    return store
