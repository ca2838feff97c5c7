"""How numbers, money and dates are written for people."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)

LOCALE = "en"
NOTHING = "-"


def count(value: int | float | Decimal | None) -> str:
    """A whole number with its thousands."""
    return NOTHING if value is None else format_decimal(round(value), locale=LOCALE)


def counted(number: float, noun: str) -> str:
    """A number of things, such as 1 deal or 1,200 deals."""
    return f"{count(number)} {noun}{'' if round(number) == 1 else 's'}"


def decimal(value: float | None) -> str:
    """A number with one decimal."""
    return NOTHING if value is None else format_decimal(value, "#,##0.0", locale=LOCALE)


def money(value: float | Decimal | None, currency: str) -> str:
    """A short amount such as `USD 1.2M`."""
    if value is None:
        return NOTHING
    # Below a thousand nothing is shortened, and so nothing rounded either.
    short = (
        count(value)
        if abs(float(value)) < 1000
        else format_compact_decimal(value, locale=LOCALE, fraction_digits=1)
    )
    return f"{currency} {short}"


def whole_money(value: float | Decimal, currency: str) -> str:
    """An amount with all its digits before the point, such as `USD 1,234,568`."""
    text: str = format_currency(
        value, currency, format="¤¤ #,##0", locale=LOCALE, currency_digits=False
    )
    return text.replace("\xa0", " ")


def roughly(value: float | Decimal) -> Decimal:
    """An estimate to two digits: it is no better than that."""
    return Decimal(f"{value:.1e}")


def share(value: float | None) -> str:
    """A share as percent with one decimal."""
    return NOTHING if value is None else format_percent(value, "#,##0.0%", locale=LOCALE)


def day(value: date | None) -> str:
    """A date such as 30 June 2026."""
    return NOTHING if value is None else format_date(value, "d MMMM y", locale=LOCALE)
