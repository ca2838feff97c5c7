"""The words of an alert, for a sales manager: what, where, since when, how much, what to do."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from alerts.published import Bottleneck, ChangedFields, Quiet
from jalur.formats import count, counted, day, roughly, whole_money

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
        f"{happening.format(place=_place(bottleneck))}, since about {day(bottleneck.began_on)}."
        + _counted(bottleneck),
        _held_up(bottleneck, currency),
        *_certain(bottleneck),
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
        f"The bottleneck in {_place(bottleneck)} that began about {day(bottleneck.began_on)} "
        f"is over since {day(bottleneck.resolved_on)}.\nThe report: {report}"
    )
    return f"Cleared: {name(bottleneck)}", body


def taken_back(name: str, report: Path) -> tuple[str, str]:
    """Title and body of the message that late data show no bottleneck where one was told."""
    return f"Cleared: {name}", (
        "Data that arrived late show that it was no bottleneck, or is none any more.\n"
        f"The report: {report}"
    )


def first_deals(bottleneck: Bottleneck, currency: str) -> list[str]:
    """The line that names the deals to move first; none where there are none."""
    named = [
        f"{deal.name} ({_worth(deal.amount, currency)}{counted(deal.days_in_stage, 'day')} there)"
        for deal in bottleneck.first_deals
    ]
    return [f"Move first: {', '.join(named)}."] if named else []


def old_publication(published_on: date) -> tuple[str, str]:
    """Title and body of the message that the figures are not being renewed."""
    return "Sales pipeline: figures are old", (
        f"Nothing has been published since {day(published_on)}, so nobody would notice a new "
        "bottleneck. Alerts about bottlenecks rest until something is.\n"
        "What to do: look in `jalur ui` why no refresh has run, or start one with `jalur run`."
    )


def silent_source(quiet: Quiet) -> tuple[str, str]:
    """Title and body of the message that a source has stopped to deliver."""
    return f"Sales pipeline: no news from {quiet.source}", (
        f"No deal of the source {quiet.source} has changed its stage since "
        f"{day(quiet.newest_change)}, {counted(quiet.quiet_days, 'day')} ago; in the year before "
        f"the longest pause was {counted(quiet.longest_gap_days or 0, 'day')}. Every stage would "
        "look stuck, so alerts about its bottlenecks rest until it delivers again.\n"
        "What to do: look whether its export or connection still works, then `jalur run`."
    )


def changed_fields(changed: ChangedFields) -> tuple[str, str]:
    """Title and body of the message that a source sends other fields than before."""
    return f"Sales pipeline: {changed.source} sends other fields", (
        f"In the {changed.stream.replace('_', ' ')} of {changed.source}: {changed.detail}. Nothing "
        "is lost: records are kept as they come. But figures that rest on such a field may be "
        "empty from now on.\n"
        "What to do: ask whoever looks after the source what was changed there, and look at these "
        f"figures. A field that is new comes with the next change of a record; `jalur extract "
        f"{changed.source} --again {changed.stream}` reads it of all records at once."
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
    numbers = COUNTS[bottleneck.kind].format(
        observed=counted(observed, "deal"), expected=count(expected)
    )
    return f" In the last {bottleneck.window_weeks} weeks {numbers}"


def _worth(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else f"{whole_money(amount, currency)}, "


def _held_up(bottleneck: Bottleneck, currency: str) -> str:
    text = f"Held up: {counted(bottleneck.deals_affected, 'deal')}"
    if (worth := bottleneck.amount_at_stake_reporting) is not None:
        text += f" worth {whole_money(worth, currency)}"
    if (cost := bottleneck.cost_per_week_reporting) is not None:
        text += f"; each week of it costs about {whole_money(roughly(cost), currency)}"
    return text + "."


def _certain(bottleneck: Bottleneck) -> list[str]:
    score, threshold = bottleneck.score, bottleneck.threshold
    if bottleneck.certainty is None or score is None or threshold is None:
        return []
    return [
        f"How sure: {bottleneck.certainty} (evidence {count(score)}, where {count(threshold)}"
        " raises an alarm)."
    ]


def _told(heading: str, text: str | None) -> list[str]:
    return [f"{heading}: {text.strip()}"] if text and text.strip() else []
