"""The demo company's e-mail campaigns: one mailing each, opened and clicked as its leads did."""

import csv
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from demo.clock import END
from demo.servers.campaign_days import read_campaigns
from demo.servers.mailchimp.store import GROWTH, Mailing, Store

# How many mails lie behind each touchpoint of a campaign.
MAILS_PER_TOUCH = 12


def mailing_id(campaign_id: str) -> str:
    """`C-07` is `5a00000007`: Mailchimp's ids are hexadecimal."""
    return f"5a{int(campaign_id.partition('-')[2]):08x}"


def fill(export: Path) -> Store:
    """The company when all has come of the last mailing of its world.

    A lead whose first touch was one of the campaign's has opened it; every third of them clicked.
    """
    store = Store(datetime.fromtimestamp(END, UTC) + GROWTH[-1][0])
    touched = _touchpoints(export)
    for campaign in read_campaigns(export, {"email"}):
        opens = touched[campaign.campaign_id]
        sent_at = datetime.combine(campaign.started_on, time(9), UTC)
        store.add(
            Mailing(
                mailing_id(campaign.campaign_id),
                campaign.name,
                sent_at - timedelta(days=3),
                sent_at,
                emails=opens * MAILS_PER_TOUCH,
                opens=opens,
                clicks=opens // 3,
                unsubscribed=opens // 50,
                bounced=opens // 20,
            )
        )
    return store


def _touchpoints(export: Path) -> Counter[str]:
    with (export / "touchpoints.csv").open(newline="", encoding="utf-8") as file:
        return Counter(row["campaign_id"] for row in csv.DictReader(file) if row["campaign_id"])
