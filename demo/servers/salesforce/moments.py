"""Times as they go over the wire.

The store keeps them as this very text: all UTC and of one width, so text compares like time does
and nothing is converted on the way out.
"""

import re
from datetime import UTC, date, datetime, timedelta

_LITERAL = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)",
    re.IGNORECASE,
)


def wire(moment: datetime) -> str:
    """`2026-01-31T12:00:00.000+0000`. A moment without offset is taken as UTC."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def moment(text: str) -> datetime:
    """A moment from the wire, from a query or from a CSV; raises ValueError on anything else."""
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise ValueError(f"not a dateTime: {text}")
    day, clock, fraction, offset = match.groups()
    return datetime.fromisoformat(
        f"{day}T{clock}{fraction or ''}{'+00:00' if offset in 'zZ' else offset}"
    ).astimezone(UTC)


def bulk(text: str) -> str:
    """A moment of the wire as Bulk API 2.0 writes it into CSV: `2026-01-31T12:00:00.000Z`."""
    return text[:-5] + "Z"


def month_start(day: date, months: int = 0) -> date:
    """The first of the month that many months on."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def midnight(day: date) -> str:
    """The start of the day, UTC, on the wire."""
    return f"{day.isoformat()}T00:00:00.000+0000"


class Clock:
    """The time in this Salesforce: stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        """Move to a moment; back is allowed, as history is written in any order."""
        self.now = now if now.tzinfo else now.replace(tzinfo=UTC)
        # As the API writes it. Salesforce keeps whole seconds.
        self.wire = wire(self.now.replace(microsecond=0))

    def tick(self, **units: float) -> None:
        """Move on by days, hours, minutes, seconds."""
        self.set(self.now + timedelta(**units))
