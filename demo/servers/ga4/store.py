"""Properties and what their visitors did, day by day; tests change them as they like."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from demo.servers.campaign_days import LEARNING

OTHER = "(other)"
METRICS = (
    "sessions",
    "engagedSessions",
    "keyEvents",
    "advertiserAdCost",
    "advertiserAdClicks",
    "advertiserAdImpressions",
)
Values = dict[str, Decimal]


@dataclass(frozen=True, order=True)
class Visits:
    """What sessions are told apart by."""

    day: date
    campaign_id: str
    campaign: str
    channel_group: str


@dataclass
class Property:
    """A property. Beyond `most_per_day` rows of a day the smaller ones become one; rows of fewer
    sessions than the `threshold` are withheld."""

    id: str
    timezone: str = "UTC"
    currency: str = "USD"
    rows: dict[Visits, Values] = field(default_factory=dict)
    most_per_day: int | None = None
    threshold: int = 0

    def report(self, today: date, first: date, last: date) -> tuple[dict[Visits, Values], set[str]]:
        """What is known today of some days, and what the report says of itself."""
        known: dict[Visits, Values] = {}
        told: set[str] = set()
        by_day: dict[date, list[tuple[Visits, Values]]] = {}
        for visits, values in self.rows.items():
            if first <= visits.day <= min(last, today):
                age = (today - visits.day).days
                share = LEARNING[age] if age < len(LEARNING) else Decimal(1)
                by_day.setdefault(visits.day, []).append((visits, _partly(values, share)))
        for day, rows in by_day.items():
            rows.sort(key=lambda row: row[1]["sessions"], reverse=True)
            most = len(rows) if self.most_per_day is None else self.most_per_day
            for visits, values in rows[:most]:
                if values["sessions"] < self.threshold:
                    told.add("subjectToThresholding")
                else:
                    known[visits] = values
            if rows[most:]:
                told.add("dataLossFromOtherRow")
                rest = {
                    name: sum((v[name] for _, v in rows[most:]), Decimal(0)) for name in METRICS
                }
                known[Visits(day, OTHER, OTHER, OTHER)] = rest
        return dict(sorted(known.items())), told


@dataclass
class Store:
    """What the server serves. `now` is its clock, which stands still until a test moves it."""

    now: datetime
    properties: dict[str, Property] = field(default_factory=dict)

    def today(self, timezone: str) -> date:
        return self.now.astimezone(ZoneInfo(timezone)).date()


def _partly(values: Values, share: Decimal) -> Values:
    if share == 1:
        return values
    money = {"advertiserAdCost": Decimal("0.01")}
    return {n: (v * share).quantize(money.get(n, Decimal(1))) for n, v in values.items()}
