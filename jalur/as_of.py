"""The as-of moment: what the warehouse calls now."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def end_of_day(day: date, timezone: str) -> datetime:
    """The last microsecond of a business day, as an aware UTC time."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def parse_as_of(text: str, timezone: str) -> datetime:
    """A timestamp (no offset: business time zone), or a date meaning its end; aware, UTC.

    Raises `ValueError` where the text is neither.
    """
    text = text.strip()
    try:
        if len(text) == len("2026-01-31"):
            return end_of_day(date.fromisoformat(text), timezone)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            f"JALUR_AS_OF: '{text}' is neither a date (2026-01-31) nor an ISO 8601 timestamp "
            "(2026-01-31T18:00:00+07:00)"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    return moment.astimezone(UTC)
