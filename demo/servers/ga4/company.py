"""The demo company's website in Google Analytics: sessions by campaign, from all its channels."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from demo.clock import END
from demo.servers.campaign_days import LEARNING, read_campaigns, read_days
from demo.servers.ga4.store import Property, Store, Values, Visits

PROPERTY = "342100077"
GROUPS = {
    "paid_search": "Paid Search",
    "paid_social": "Paid Social",
    "webinar": "Paid Social",
    "event": "Referral",
    "email": "Email",
}
# Only what was bought of Google is known with its cost.
LINKED = "paid_search"
NO_CAMPAIGN = ("(not set)", "(direct)", "Direct")


def fill(export: Path) -> Store:
    """The company when all is known of the last day of its world.

    Clicks are sessions and touchpoints key events; those without a campaign came directly.
    """
    store = Store(datetime.fromtimestamp(END, UTC) + timedelta(days=len(LEARNING)))
    found = store.properties.setdefault(PROPERTY, Property(PROPERTY))
    campaigns = {each.campaign_id: each for each in read_campaigns(export, GROUPS)}
    days = read_days(export, list(campaigns.values()))
    touched = _touchpoints(export)
    for (campaign_id, day), result in days.rows.items():
        campaign = campaigns[campaign_id]
        is_linked = campaign.channel == LINKED
        visits = Visits(day, campaign_id, campaign.name, GROUPS[campaign.channel])
        found.rows[visits] = _values(
            result.clicks,
            touched.pop((campaign_id, day), 0),
            result.spend if is_linked else Decimal(0),
            result.clicks if is_linked else 0,
            result.impressions if is_linked else 0,
        )
    direct: Counter[date] = Counter()
    for (_, day), touches in touched.items():
        direct[day] += touches
    for day, touches in direct.items():
        found.rows[Visits(day, *NO_CAMPAIGN)] = _values(3 * touches, touches)
    return store


def _values(
    sessions: int, key_events: int, cost: Decimal = Decimal(0), clicks: int = 0, shown: int = 0
) -> Values:
    return {
        "sessions": Decimal(sessions),
        "engagedSessions": Decimal(sessions * 11 // 20),
        "keyEvents": Decimal(key_events),
        "advertiserAdCost": cost,
        "advertiserAdClicks": Decimal(clicks),
        "advertiserAdImpressions": Decimal(shown),
    }


def _touchpoints(export: Path) -> Counter[tuple[str, date]]:
    with (export / "touchpoints.csv").open(newline="", encoding="utf-8") as file:
        return Counter(
            (row["campaign_id"], date.fromisoformat(row["occurred_at"][:10]))
            for row in csv.DictReader(file)
            if row["campaign_id"] is not None and row["occurred_at"]
        )
