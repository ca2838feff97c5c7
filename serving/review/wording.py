"""Every text of a review, in the words of somebody who sells."""

from datetime import date
from math import sqrt
from typing import Any

from babel.dates import format_date

from jalur.formats import LOCALE, count, counted, day, money, roughly, share
from serving.report.data import Rows
from serving.review.weeks import Week

TEXTS = {
    "title": "Pipeline review",
    "moved": "What moved, and why",
    "stuck": "Where deals are stuck",
    "not_stuck": "Nowhere: every stage moves at its usual pace.",
    "close": "What will close",
    "first": "What to do first",
    "first_note": "The open deals that a call moves most: by amount, chance and how long overdue.",
    "not_first": "No open deal needs a call.",
    "only_newest": "The lists of deals are of the newest week only.",
    "bridge": "Open pipeline, from Monday to Sunday (the axis does not begin at zero)",
    "won": "Won per month; pale: expected, with the range that four in five months fall into",
    "driver": "What drives it",
    "action": "What to do",
    "in_bottleneck": "in a bottleneck",
}
MOVEMENTS = {
    "opening": "Monday",
    "came_in": "Came in",
    "changed": "Amounts changed",
    "won": "Won",
    "lost": "Lost",
    "removed": "Left otherwise",
    "revalued": "Exchange rates",
    "closing": "Sunday",
}
HAPPENINGS = {
    "slow": "deals leave more slowly than they used to",
    "leaking": "more deals than usual are lost from it",
    "piling_up": "more deals come in than leave",
}
COUNTED = {
    "slow": "{observed} left in {weeks} weeks; at the usual pace {expected} would have",
    "leaking": "{observed} moved on in {weeks} weeks; {expected} of those that left would "
    "have before",
    "piling_up": "{observed} left in {weeks} weeks; {expected} should have to keep up",
}
IN_THAT_WEEK = {
    "slow": "At the end of that week deals left at {share} of the usual pace.",
    "leaking": "At the end of that week {share} of the usual share moved on.",
    "piling_up": "At the end of that week {share} of what came in had left.",
}
DRIVERS = {
    "open_deals": "how many deals are open",
    "win_rate": "the share of deals won",
    "average_amount": "the amount of a won deal",
    "cycle_days": "the days it takes to win",
}
# The reason that grew most of several is often beyond two standard errors by chance alone.
STANDARD_ERRORS = 2.5
FEWEST_LOSSES = 5


def week_name(week: Week) -> str:
    """Such as 22 to 28 June 2026."""
    first, last = week.monday, week.sunday
    if first.year != last.year:
        pattern = "d MMMM y"
    else:
        pattern = "d" if first.month == last.month else "d MMMM"
    return f"{format_date(first, pattern, locale=LOCALE)} to {day(last)}"


def month_name(first_day: date, until: date) -> str:
    """Such as Jun; of a month that is not over, until when it counts."""
    name = format_date(first_day, "MMM", locale=LOCALE)
    following = date(first_day.year + first_day.month // 12, first_day.month % 12 + 1, 1)
    is_over = (following - until).days <= 1
    return name if is_over else f"{name}|to {until.day}"


def headline(moved: Rows, currency: str) -> str:
    """How large the open pipeline is, and how it got there."""
    by_name = {row["movement"]: row for row in moved}
    opening, closing = by_name.get("opening"), by_name.get("closing")
    if closing is None:
        return "No deal was open."
    size = f"{count(closing['deals'])} open deals"
    if closing["amount"] is None:
        return f"{size}; their amount is unknown, because an exchange rate is missing."
    text = f"{size} worth {money(closing['amount'], currency)}"
    if opening is None or opening["amount"] is None:
        return text + "."
    change = closing["amount"] - opening["amount"]
    if round(change) == 0:
        return f"{text}, as on Monday."
    direction = "more" if change > 0 else "less"
    return f"{text}, {money(abs(change), currency)} {direction} than on Monday."


def movement(row: dict[str, Any], currency: str) -> str | None:
    """One line of what moved, such as `Won: 35 deals, USD 777K; usually 30, USD 690K a week.`"""
    name = row["movement"]
    if name in {"opening", "closing"}:
        return None
    amount = None if row["amount"] is None else row["amount"]
    if name in {"changed", "revalued"}:
        if not amount:
            return None
        sign = "+" if amount > 0 else "-"
        return f"{MOVEMENTS[name]}: {sign}{money(abs(amount), currency)}."
    parts = [counted(abs(row["deals"]), "deal")]
    if amount is not None:
        parts.append(money(abs(amount), currency))
    text = f"{MOVEMENTS[name]}: {', '.join(parts)}"
    if row["usual_deals"] is None or name == "removed":
        return text + "."
    usual = [count(abs(row["usual_deals"]))]
    if row["usual_amount"] is not None:
        usual.append(money(abs(row["usual_amount"]), currency))
    return f"{text}; usually {', '.join(usual)} a week."


def reason(found: dict[str, Any] | None) -> str | None:
    """What the losses of the week say more often than usual; None where it may well be chance."""
    if found is None or found["deals"] < FEWEST_LOSSES:
        return None
    usual = found["usual_share"]
    # Standard error of the share among so many losses, were it the usual one.
    error = sqrt(usual * (1 - usual) * found["share"] / found["deals"])
    if found["share"] - usual <= STANDARD_ERRORS * error:
        return None
    return (
        f"Lost more often than usual for: {found['loss_reason']}"
        f" ({counted(found['deals'], 'deal')}, {share(found['share'])} of the losses;"
        f" usually {share(usual)})."
    )


def velocity(found: dict[str, Any] | None, currency: str) -> str | None:
    """Money per day of the last whole month, and what changed it most."""
    if found is None:
        return None
    change = found["velocity_change_per_day"]
    month = format_date(found["velocity_month"], "MMMM", locale=LOCALE)
    direction = "more" if change > 0 else "less"
    return (
        f"In {month} the pipeline earned {money(found['velocity_per_day'], currency)} a day,"
        f" {money(abs(change), currency)} {direction} than the month before, mostly because of"
        f" {DRIVERS.get(found['main_driver'], found['main_driver'])}."
    )


def happening(row: dict[str, Any]) -> str:
    """What happens, and since when."""
    return _sentence(f"{HAPPENINGS[row['kind']]}, since about {day(row['began_on'])}")


def in_that_week(row: dict[str, Any]) -> str:
    """How bad it was at the end of a past week."""
    if row["ratio_of_week"] is None:
        return ""
    return IN_THAT_WEEK[row["kind"]].format(share=share(row["ratio_of_week"]))


def bottleneck(row: dict[str, Any]) -> str:
    """What happens, since when, and in numbers of deals."""
    if row["deals_observed"] is None or not row["deals_expected"]:
        return happening(row)
    numbers = COUNTED[row["kind"]].format(
        observed=counted(row["deals_observed"], "deal"),
        weeks=row["window_weeks"],
        expected=count(row["deals_expected"]),
    )
    return f"{happening(row)} {_sentence(numbers)}"


def held_up(row: dict[str, Any], currency: str) -> str:
    """What waits, and what a week of it costs."""
    waits = "waits" if row["deals_affected"] == 1 else "wait"
    text = f"{counted(row['deals_affected'], 'deal')} {waits} longer than usual"
    if row["amount_at_stake_reporting"] is not None:
        text += f", worth {money(row['amount_at_stake_reporting'], currency)}"
    if row["cost_per_week_reporting"]:
        lost = "lost" if row["kind"] == "leaking" else "delayed"
        cost = money(roughly(row["cost_per_week_reporting"]), currency)
        text += f"; about {cost} {lost} each week"
    return text + "."


def certainty(row: dict[str, Any]) -> str:
    """How sure it is that something changed there."""
    return f"How sure: {row['certainty']}." if row["certainty"] else ""


def expectation(row: dict[str, Any], currency: str) -> str:
    """What a month will likely bring."""
    return (
        f"{_period(row['period_start_date'], row['period_end_date'])}: likely"
        f" {money(row['p50'], currency)}, in four of five cases"
        f" {money(row['p10'], currency)} to {money(row['p90'], currency)}."
    )


def target(
    row: dict[str, Any] | None, week: Week, currency: str, source: str | None = None
) -> str | None:
    """How far the company is with its quota; None where it has none, or a rate is missing.

    `source` is named where there are several.
    """
    if row is None or row["won"] is None:
        return None
    elapsed = (week.sunday - row["period_start"]).days + 1
    length = (row["period_end"] - row["period_start"]).days + 1
    return (
        f"Target {_period(row['period_start'], row['period_end'])}, all pipelines"
        f"{f' of {source}' if source else ''}:"
        f" {money(row['won'], currency)} won of {money(row['quota'], currency)}"
        f" ({share(row['won'] / row['quota'])}), with {share(elapsed / length)} of the time over."
    )


def _period(first: date, last: date) -> str:
    ends_a_month = date.fromordinal(last.toordinal() + 1).day == 1
    if first == last.replace(day=1) and ends_a_month:
        return format_date(first, "MMMM y", locale=LOCALE)
    return f"{format_date(first, 'd MMMM', locale=LOCALE)} to {day(last)}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
