"""The words of an alert, for a sales manager: what, where, since when, how much, what to do."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from alerts.published import Bottleneck

HAPPENINGS = {
    "slow": "Deals leave {place} more slowly than usual",
    "leaking": "More deals than usual are lost from {place}",
    "piling_up": "More deals than usual pile up in {place}",
}


def opened(bottleneck: Bottleneck, currency: str, report: Path) -> tuple[str, str]:
    """Title and body of the message that a bottleneck has opened."""
    happening = HAPPENINGS.get(bottleneck.kind, "Something is wrong in {place}")
    lines = [
        f"{happening.format(place=_place(bottleneck))}, since {_day(bottleneck.opened_on)}."
        + _pace(bottleneck),
        _held_up(bottleneck, currency),
        *_told("What drives it", bottleneck.drivers),
        *_told("What to do", bottleneck.actions),
        f"The report: {report}",
    ]
    title = f"Bottleneck: {bottleneck.stage_name} ({bottleneck.pipeline_name}{_part(bottleneck)})"
    return title, "\n".join(lines)


def resolved(bottleneck: Bottleneck, report: Path) -> tuple[str, str]:
    """Title and body of the message that a bottleneck is over."""
    assert bottleneck.resolved_on is not None
    body = (
        f"The bottleneck in {_place(bottleneck)} that opened on {_day(bottleneck.opened_on)} "
        f"is over since {_day(bottleneck.resolved_on)}.\nThe report: {report}"
    )
    title = f"Cleared: {bottleneck.stage_name} ({bottleneck.pipeline_name}{_part(bottleneck)})"
    return title, body


def _place(bottleneck: Bottleneck) -> str:
    return (
        f"the stage {bottleneck.stage_name} of the pipeline {bottleneck.pipeline_name}"
        f"{_part(bottleneck)}"
    )


def _part(bottleneck: Bottleneck) -> str:
    if bottleneck.segment_type == "all":
        return ""
    return f", {bottleneck.segment_type.replace('_', ' ')} {bottleneck.segment}"


def _pace(bottleneck: Bottleneck) -> str:
    observed, expected = bottleneck.exits_observed, bottleneck.exits_expected
    if bottleneck.kind != "slow" or observed is None or not expected:
        return ""
    slower = round(100 * (1 - float(observed) / float(expected)))
    return (
        f" In four weeks {_count(observed, 'deal')} moved on where about {_number(expected)} would "
        f"have at the stage's usual pace: {slower}% slower."
    )


def _held_up(bottleneck: Bottleneck, currency: str) -> str:
    worth = _money(bottleneck.amount_at_stake_reporting, currency)
    cost = _money(bottleneck.cost_per_week_reporting, currency)
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


def _money(amount: Decimal | None, currency: str) -> str | None:
    if amount is None:
        return None
    return format_currency(
        amount, currency, format="¤¤ #,##0", locale="en", currency_digits=False
    ).replace("\xa0", " ")


def _day(day: date) -> str:
    return format_date(day, "d MMMM y", locale="en")
