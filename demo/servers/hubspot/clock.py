"""The portal's own clock, which need not agree with the client's."""

from datetime import UTC, datetime, timedelta
from functools import cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Milliseconds since 1970, as the portal keeps all its times.

    It follows the system's clock, shifted by `offset`, until a test sets it; then it stands still
    between calls of `set` and `advance`.
    """

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset
        self._standing: int | None = None

    def now(self) -> int:
        if self._standing is not None:
            return self._standing
        return to_ms(datetime.now(UTC) + self.offset)

    def set(self, moment: datetime | int) -> None:
        """Stand still at an aware moment or at milliseconds since 1970."""
        self._standing = moment if isinstance(moment, int) else to_ms(moment)

    def advance(self, seconds: float) -> None:
        self._standing = self.now() + round(seconds * 1000)

    def run(self) -> None:
        """Follow the system's clock again."""
        self._standing = None


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware moment."""
    return round(moment.timestamp() * 1000)


def to_moment(ms: int) -> datetime:
    """The aware moment in UTC."""
    return EPOCH + timedelta(milliseconds=ms)


def to_text(ms: int) -> str:
    """ISO 8601 in UTC; whole seconds come without a fraction, as the vendor prints them."""
    seconds, fraction = divmod(ms, 1000)
    days, seconds = divmod(seconds, 86_400)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f".{fraction:03}Z" if fraction else "Z"
    return f"{_day(days)}T{hours:02}:{minutes:02}:{seconds:02}{tail}"


@cache
def _day(days: int) -> str:
    # A company has few days and hundreds of thousands of moments.
    return (EPOCH + timedelta(days=days)).date().isoformat()


def from_text(text: str) -> int:
    """ISO 8601 (a date is its midnight, no offset is UTC) or digits; raises ValueError."""
    if text.lstrip("-").isdigit():
        return int(text)
    moment = datetime.fromisoformat(text)
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
