"""Times as Tryton writes them into JSON: objects with a class, in UTC without saying so."""

from datetime import UTC, datetime
from typing import Any

PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def decoded(value: Any) -> datetime | None:
    """An aware time; None where there is none."""
    if not isinstance(value, dict) or value.get("__class__") != "datetime":
        return None
    return EPOCH.replace(**{part: value[part] for part in PARTS})


def encoded(moment: datetime) -> dict[str, Any]:
    """An aware time as an argument of a call."""
    utc = moment.astimezone(UTC)
    return {"__class__": "datetime"} | {part: getattr(utc, part) for part in PARTS}


def written(moment: datetime | None) -> str | None:
    """A time as the landing zone has it: always with its microseconds, so that texts sort alike."""
    return None if moment is None else moment.isoformat(timespec="microseconds")


def changed_at(record: dict[str, Any]) -> datetime | None:
    """When a record came to hold what it holds; a record has no time of writing before its first.

    It is also what Tryton calls the time of a revision.
    """
    return decoded(record.get("write_date")) or decoded(record.get("create_date"))
