"""What of an episode is news, given what was told of it before."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from alerts.acknowledgements import Acknowledgement, is_snoozed
from alerts.message import SEVERITIES
from alerts.published import Bottleneck

Rule = Literal[
    "bottleneck_opened", "bottleneck_worsened", "bottleneck_still_open", "bottleneck_resolved"
]


@dataclass(frozen=True)
class Told:
    """What was said of an episode: its last state, the highest severity, the teams concerned.

    `severity` is None where an earlier version kept none.
    """

    state: str
    severity: str | None
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class News:
    """One thing to say; `period` is the day, or the severity, that it is about.

    Where nobody is to hear it, it is only remembered.
    """

    rule: Rule
    period: str
    is_silent: bool = False


def news_of(
    bottleneck: Bottleneck,
    told: Told | None,
    said: Acknowledgement | None,
    now: datetime,
    today: date,
) -> News | None:
    """What is to be said, or None. `today` is the business date of the publication's as-of."""
    holds = said is not None and said.holds(now)
    if bottleneck.resolved_on is not None:
        # An episode that was over before anyone heard of it is history, not news.
        if told is None or told.state != "open":
            return None
        day = bottleneck.resolved_on.isoformat()
        return News("bottleneck_resolved", day, is_silent=is_snoozed(said, now))
    # Nor is one that only shows a wider one from nearer.
    if bottleneck.part_of_bottleneck_id is not None:
        return None
    if told is None:
        return News("bottleneck_opened", bottleneck.opened_on.isoformat(), is_silent=holds)
    if told.state != "open":
        # It keeps `opened_on`; the day of the news tells when it opened anew.
        return News("bottleneck_opened", today.isoformat())
    return None if holds else _news_of_one_told(bottleneck, told, said)


def _news_of_one_told(
    bottleneck: Bottleneck, told: Told, said: Acknowledgement | None
) -> News | None:
    """What is to be said of an episode that is open, as was told before."""
    if said is not None:
        return News("bottleneck_still_open", said.expires_at.date().isoformat())
    if _is_worse(bottleneck.severity, told.severity):
        period = f"{bottleneck.opened_on.isoformat()} {bottleneck.severity}"
        return News("bottleneck_worsened", period)
    return None


def highest(severity: str, before: str | None) -> str:
    """The worse of two severities: one that goes to and fro is not told each time."""
    return severity if before is None or not _is_worse(before, severity) else before


def _is_worse(severity: str, before: str | None) -> bool:
    if severity not in SEVERITIES or before not in SEVERITIES:
        return False
    return SEVERITIES.index(severity) > SEVERITIES.index(before)
