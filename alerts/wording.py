"""The words of an alert, for a sales manager: what, where, since when, how much, what to do."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from alerts.published import Bottleneck, Quiet

HAPPENINGS = {
    "slow": "Deals leave {place} more slowly than they used to",
    "leaking": "More deals than usual are lost from {place}",
    "piling_up": "More deals come into {place} than leave it",
}
# What was counted, and what it is held against.
COUNTS = {
    "slow": "{observed} moved on or were closed; at the usual pace about {expected} of those that "
    "were there would have.",
    "leaking": "{observed} moved on where about {expected} of those that left would have before.",
    "piling_up": "{observed} left where about {expected} should have to keep up.",
}


def opened(bottleneck: Bottleneck, currency: str, report: Path) -> tuple[str, str]:
    """Title and body of the message that a bottleneck has opened."""
    return f"Bottleneck: {name(bottleneck)}", _told_in_full(bottleneck, currency, report)


def worsened(bottleneck: Bottleneck, currency: str, report: Path) -> tuple[str, str]:
    """Title and body of the message that a bottleneck has become worse than it was told."""
    return f"Worse: {name(bottleneck)}", _told_in_full(bottleneck, currency, report)


def still_open(bottleneck: Bottleneck, currency: str, report: Path) -> tuple[str, str]:
    """Title and body of the message that one is still open after its acknowledgement has ended."""
    return f"Still open: {name(bottleneck)}", _told_in_full(bottleneck, currency, report)


def _told_in_full(bottleneck: Bottleneck, currency: str, report: Path) -> str:
    happening = HAPPENINGS.get(bottleneck.kind, "Something is wrong in {place}")
    lines = [
        f"{happening.format(place=_place(bottleneck))}, since about {_day(bottleneck.began_on)}."
        + _counted(bottleneck),
        _held_up(bottleneck, currency),
        *_told("What drives it", bottleneck.drivers),
        *_told("What to do", bottleneck.actions),
        f"The report: {report}",
    ]
    return "\n".join(lines)


def resolved(bottleneck: Bottleneck, currency: str, report: Path) -> tuple[str, str]:
    """Title and body of the message that a bottleneck is over."""
    del currency  # nothing is held up any more
    assert bottleneck.resolved_on is not None
    body = (
        f"The bottleneck in {_place(bottleneck)} that began about {_day(bottleneck.began_on)} "
        f"is over since {_day(bottleneck.resolved_on)}.\nThe report: {report}"
    )
    return f"Cleared: {name(bottleneck)}", body


def first_deals(bottleneck: Bottleneck, currency: str) -> list[str]:
    """The line that names the deals to move first; none where there are none."""
    named = [
        f"{deal.name} ({_worth(deal.amount, currency)}{_count(deal.days_in_stage, 'day')} there)"
        for deal in bottleneck.first_deals
    ]
    return [f"Move first: {', '.join(named)}."] if named else []


def old_publication(published_on: date) -> tuple[str, str]:
    """Title and body of the message that the figures are not being renewed."""
    return "Sales pipeline: figures are old", (
        f"Nothing has been published since {_day(published_on)}, so nobody would notice a new "
        "bottleneck. Alerts about bottlenecks rest until then.\n"
        "What to do: look in `jalur ui` why no refresh has run, or start one with `jalur run`."
    )


def silent_source(quiet: Quiet) -> tuple[str, str]:
    """Title and body of the message that a source has stopped to deliver."""
    return f"Sales pipeline: no news from {quiet.source}", (
        f"No deal of the source {quiet.source} has changed its stage since "
        f"{_day(quiet.newest_change)}, {_count(quiet.quiet_days, 'day')} ago; in the year before "
        f"the longest pause was {_count(quiet.longest_gap_days or 0, 'day')}. Every stage would "
        "look stuck, so alerts about its bottlenecks rest until it delivers again.\n"
        "What to do: look whether its export or connection still works, then `jalur run`."
    )


def name(bottleneck: Bottleneck) -> str:
    """Where the bottleneck is, in few words."""
    return f"{bottleneck.stage_name} ({bottleneck.pipeline_name}{_part(bottleneck)})"


def _place(bottleneck: Bottleneck) -> str:
    return (
        f"the stage {bottleneck.stage_name} of the pipeline {bottleneck.pipeline_name}"
        f"{_part(bottleneck)}"
    )


def _part(bottleneck: Bottleneck) -> str:
    return f", {bottleneck.segment_name}" if bottleneck.segment_name else ""


def _counted(bottleneck: Bottleneck) -> str:
    observed, expected = bottleneck.deals_observed, bottleneck.deals_expected
    if bottleneck.kind not in COUNTS or observed is None or not expected:
        return ""
    counted = COUNTS[bottleneck.kind].format(
        observed=_count(observed, "deal"),
        expected=_number(expected),
    )
    return f" In the last {bottleneck.window_weeks} weeks {counted}"


def _worth(amount: Decimal | None, currency: str) -> str:
    worth = _money(amount, currency)
    return f"{worth}, " if worth else ""


def _held_up(bottleneck: Bottleneck, currency: str) -> str:
    worth = _money(bottleneck.amount_at_stake_reporting, currency)
    cost = _money(_roughly(bottleneck.cost_per_week_reporting), currency)
    return (
        f"Held up: {_count(bottleneck.deals_affected, 'deal')}"
        + (f" worth {worth}" if worth else "")
        + (f"; each week of it costs about {cost}." if cost else ".")
    )


def _told(heading: str, text: str | None) -> list[str]:
    return [f"{heading}: {text.strip()}"] if text and text.strip() else []


def _count(number: float, noun: str) -> str:
    return f"{_number(number)} {noun}{'' if round(number) == 1 else 's'}"


def _number(number: float) -> str:
    return format_decimal(round(number), locale="en")


def _roughly(amount: Decimal | None) -> Decimal | None:
    """An estimate to two digits: it is no better than that."""
    return None if amount is None else Decimal(f"{amount:.1e}")


def _money(amount: Decimal | None, currency: str) -> str | None:
    if amount is None:
        return None
    return format_currency(
        amount, currency, format="¤¤ #,##0", locale="en", currency_digits=False
    ).replace("\xa0", " ")


def _day(day: date) -> str:
    return format_date(day, "d MMMM y", locale="en")
