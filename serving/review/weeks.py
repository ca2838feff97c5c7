"""The week that a review is of: Monday to Sunday in the business time zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

DAYS = 7


@dataclass(frozen=True, order=True)
class Week:
    """The week that begins on `monday`."""

    monday: date

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=DAYS - 1)

    @classmethod
    def of(cls, day: date) -> Self:
        """The week that the day lies in."""
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def newest(cls, as_of: datetime, timezone: str) -> Self:
        """The last week that was over at a moment (aware): its Sunday has ended."""
        # The last moment of a day belongs to the day, and all of it is known then.
        today = (as_of.astimezone(ZoneInfo(timezone)) + timedelta(microseconds=1)).date()
        return cls(cls.of(today).monday - timedelta(days=DAYS))
