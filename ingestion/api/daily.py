"""Results per campaign and day: which days to read, and which of what comes is news.

Vendors restate: for weeks the figures of a day still change, and a day may lose them. So the last
days are read again each time; what is landed just so is left out, or the log would grow by all of
them with every sync.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.api.client import SourceError
from ingestion.api.landed import hashes_of_days
from ingestion.api.rows import Unreadable, payload_hash, record_id_of
from ingestion.api.stream import Bookmark, Page, Stream
from ingestion.api.sweep import vanished
from jalur.paths import Home
from jalur.settings import Settings

DAY = timedelta(days=1)
# What is read where no first day is set.
YEARS = 3


@dataclass(frozen=True)
class Account:
    """What the results belong to, and which day it is there by the source's own clock."""

    id: str
    today: date


@dataclass(frozen=True)
class Results:
    """All results of some days, where they come from, and the source's clock (aware) then."""

    records: Sequence[Any]
    origin: str
    moment: datetime


# Reads the results of an account from one day to another, both included.
Fetch = Callable[[Account, date, date], Results]


def today_in(source: str, timezone: str, moment: datetime) -> date:
    """The day of a moment in an account's time zone; raises `SourceError` where it is none."""
    try:
        return moment.astimezone(ZoneInfo(timezone)).date()
    except (KeyError, ValueError, OSError):
        raise SourceError(f"{source}: '{timezone[:100]}' is no known time zone") from None


@dataclass(frozen=True)
class Days:
    """The days to read: from the first on, and again the last `restated` of those read before.

    `most` is how many days one call may ask for, `kept` how many the source has, where it says so.
    """

    first: date | None
    restated: int
    most: int
    kept: int | None = None

    def parts(self, mark: Bookmark, today: date) -> list[tuple[date, date, Bookmark]]:
        """First and last day of each call, in order, and the account's bookmark after it.

        A bookmark holds the first day there is and the last that was read; where an earlier first
        day is set, all is read again.
        """
        first = self.first or _years_before(today)
        if self.kept is not None:
            first = max(first, today - self.kept * DAY)
        until: date | None = None
        if mark and date.fromisoformat(mark["first"]) <= first:
            until = date.fromisoformat(mark["until"])
        start = first if until is None else max(first, until - self.restated * DAY + DAY)
        parts = []
        while start <= today:
            last = min(start + self.most * DAY - DAY, today)
            until = last if until is None else max(until, last)
            after = {"first": first.isoformat(), "until": until.isoformat()}
            parts.append((start, last, after))
            start = last + DAY
        return parts


class Daily:
    """One stream of results per campaign and day of every account.

    `key` begins with the account and ends with the day (ISO 8601). Where more than the share
    `most_deletions` of the results of some days vanished at once, reading stops.
    """

    def __init__(
        self,
        home: Home,
        source: str,
        name: str,
        key: tuple[str, ...],
        accounts: Callable[[], Iterable[Account]],
        fetch: Fetch,
        days: Days,
        most_deletions: float,
    ) -> None:
        self.stream = Stream(name, key, self.read)
        self._home, self._source = home, source
        self._accounts, self._fetch = accounts, fetch
        self._days, self._most_deletions = days, most_deletions

    def read(self, bookmark: Bookmark) -> Iterator[Page]:
        """What is new in every account; the bookmark has one of each, by its id."""
        marks = dict(bookmark)
        for account in self._accounts():
            for first, last, after in self._days.parts(marks.get(account.id, {}), account.today):
                results = self._fetch(account, first, last)
                marks = marks | {account.id: after}
                yield self._page(results, self._known(account, first, last), marks)

    def _known(self, account: Account, first: date, last: date) -> dict[str, str]:
        return hashes_of_days(self._home, self._source, self.stream.name, account.id, first, last)

    def _page(self, results: Results, known: dict[str, str], marks: Bookmark) -> Page:
        news: list[Any] = []
        listed: set[str] = set()
        unreadable = 0
        for record in results.records:
            try:
                record_id, digest = record_id_of(self.stream, record), payload_hash(record)
            except (Unreadable, TypeError):
                # Into the quarantine, where it is said what is wrong with it.
                unreadable += 1
                news.append(record)
                continue
            listed.add(record_id)
            if known.get(record_id) != digest:
                news.append(record)
        gone: list[str] = []
        # One that cannot be read may be the very one that seems to be missing.
        if not unreadable:
            gone = vanished(
                self._source, self.stream.name, known.keys(), listed, self._most_deletions
            )
        unchanged = len(results.records) - len(news)
        return Page(news, marks, results.origin, results.moment, gone=gone, unchanged=unchanged)


def days_of(settings: Settings, most: int, kept: int | None = None) -> Days:
    """The days that are set, read in calls of at most so many, of a source that has so many."""
    return Days(settings.results_since, settings.results_restated, most, kept)


def _years_before(today: date) -> date:
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:
        # The 29th of February.
        return today.replace(year=today.year - YEARS, day=28)
