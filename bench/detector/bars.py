"""The bars that the detector must pass, and whether what was found passes them."""

from dataclasses import dataclass
from typing import Any

from bench.detector.scores import FIRST_WEEK, Recall
from bench.detector.shape import WEEKS

Found = dict[str, dict[str, Any]]
# Scenario, weeks, least share found; and the days within which half must be found.
RECALLS = (
    ("slow x 2", 8, 0.80),
    ("slow x 2", 12, 0.92),
    ("slow x 3", 8, 0.95),
    ("conversion x 0.5", 8, 0.97),
    ("conversion x 0.7", 8, 0.70),
    ("capacity halved", 8, 0.92),
    ("whole stage slow x 2", 8, 0.95),
)
DELAYS = (
    ("slow x 2", 35),
    ("slow x 3", 28),
    ("conversion x 0.5", 28),
    ("whole stage slow x 2", 21),
)
ALARM_WEEKS, ONSETS = 0.013, 0.006


@dataclass(frozen=True)
class Bar:
    """`is_missed` where the whole interval lies on the wrong side."""

    name: str
    wanted: str
    value: float
    interval: tuple[float, float]
    is_met: bool
    is_missed: bool

    def as_row(self) -> dict[str, Any]:
        """For the file of results."""
        return {
            "bar": self.name,
            "wanted": self.wanted,
            "found": self.value,
            "is_met": self.is_met,
            "is_missed": self.is_missed,
        }


def bars(found: Found) -> list[Bar]:
    """All bars, in the order in which they are told."""
    judged = [*_false_alarms(found["control"]["false_alarms"]["cell"])]
    for scenario, weeks, least in RECALLS:
        row = found[scenario]["rules"]["Jalur"]
        share = Recall(row[f"found_within_{weeks}_weeks"], row["plants"])
        judged.append(_at_least(f"{scenario}: found within {weeks} weeks", share, least))
    for scenario, days in DELAYS:
        row = found[scenario]["rules"]["Jalur"]
        share = Recall(row["found_within_days"][str(days)], row["plants"])
        judged.append(_at_least(f"{scenario}: half found within {days} days", share, 0.5))
    for scenario, each in found.items():
        if "rules" in each:
            judged.append(_against_rivals(scenario, each["rules"]))
    rules = found["slow x 2"]["rules"]
    ours, dwell = (
        Recall(rules[name]["found_within_8_weeks"], rules[name]["plants"])
        for name in ("Jalur", "mean days of completed stays")
    )
    judged.append(_margin("slow x 2: found above mean days of completed stays", ours, dwell, 0.15))
    return judged


def _false_alarms(cells: dict[str, Any]) -> list[Bar]:
    weeks = cells["series"] * (WEEKS - FIRST_WEEK)
    rows = []
    for name, most in (("alarm_weeks", ALARM_WEEKS), ("onsets", ONSETS)):
        share = cells[f"{name}_per_100"] / 100
        low, high = Recall(round(share * weeks), weeks).interval
        rows.append(
            Bar(
                f"control: {name.replace('_', '-')} per series-week",
                f"<= {most}",
                share,
                (low, high),
                share <= most,
                low > most,
            )
        )
    return rows


def _at_least(name: str, share: Recall, least: float) -> Bar:
    low, high = share.interval
    return Bar(name, f">= {least}", share.share, (low, high), share.share >= least, high < least)


def _against_rivals(scenario: str, rules: dict[str, Any]) -> Bar:
    shares = {
        name: Recall(row["found_within_8_weeks"], row["plants"]) for name, row in rules.items()
    }
    ours = shares.pop("Jalur")
    best = max(shares.values(), key=lambda share: share.share)
    return _margin(f"{scenario}: found above the best other rule", ours, best, 0.0)


def _margin(name: str, ours: Recall, theirs: Recall, least: float) -> Bar:
    """A difference of shares; missed where it falls short by more than two standard errors."""
    difference = ours.share - theirs.share
    error = (ours.standard_error**2 + theirs.standard_error**2) ** 0.5
    interval = (difference - 1.96 * error, difference + 1.96 * error)
    return Bar(
        name,
        f">= {least}, or within two standard errors",
        difference,
        interval,
        difference >= least,
        difference < least - 2 * error,
    )
