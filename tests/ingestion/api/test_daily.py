"""Results per day: which days are read, and what of them is landed again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ingestion.api.client import SourceError
from ingestion.api.daily import Account, Daily, Days, Results, today_in
from ingestion.api.landed import last_payloads
from ingestion.api.sync import sync
from ingestion.extraction import Extraction
from jalur.paths import Home
from tests.ingestion.api.portal import NOON

pytestmark = pytest.mark.usefixtures("quick_landing")
FIRST, TODAY = date(2026, 3, 1), date(2026, 4, 10)


@dataclass
class Vendor:
    """Spend by account, campaign and day; it tells which days it was asked for."""

    home: Home
    spend: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    accounts: tuple[str, ...] = ("7",)
    today: date = TODAY
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    most_deletions: float = 0.05
    calls: int = 0
    fails_at: int | None = None

    def fetch(self, account: Account, first: date, last: date) -> Results:
        self.calls += 1
        if self.calls == self.fails_at:
            raise SourceError("vendor: down")
        self.asked.append((account.id, first.isoformat(), last.isoformat()))
        records = [
            {"account": key[0], "campaign": key[1], "day": key[2], "spend": spend}
            for key, spend in self.spend.items()
            if key[0] == account.id and first.isoformat() <= key[2] <= last.isoformat()
        ]
        return Results(records, "results", NOON + timedelta(hours=self.calls))

    def sync(self, days: Days | None = None) -> Extraction:
        self.asked.clear()
        daily = Daily(
            self.home, "vendor", "results", ("account", "campaign", "day"),
            lambda: [Account(each, self.today) for each in self.accounts],
            self.fetch, days or Days(FIRST, 30, 14), self.most_deletions,
        )  # fmt: skip
        return sync(self.home, "vendor", "run", [daily.stream])


def days_from(first: date, last: date) -> Iterable[str]:
    return ((first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1))


@pytest.fixture
def vendor(tmp_path: Any) -> Vendor:
    found = Vendor(Home(tmp_path / "home"))
    for day in days_from(FIRST, TODAY):
        found.spend["7", "c1", day] = 10
    return found


def counts(extraction: Extraction) -> tuple[int, int, int, int]:
    (found,) = extraction.entities
    return found.rows_read, found.rows_landed, found.rows_unchanged, found.rows_deleted


def test_all_days_are_read_in_parts_and_the_last_ones_again(vendor: Vendor) -> None:
    assert counts(vendor.sync()) == (41, 41, 0, 0)
    assert vendor.asked == [
        ("7", "2026-03-01", "2026-03-14"),
        ("7", "2026-03-15", "2026-03-28"),
        ("7", "2026-03-29", "2026-04-10"),
    ]
    vendor.today = date(2026, 4, 12)
    assert counts(vendor.sync()) == (30, 0, 30, 0)
    # Thirty days up to the last one that was read, and the two since.
    assert vendor.asked[0][1] == "2026-03-12"
    assert vendor.asked[-1][2] == "2026-04-12"


def test_only_what_was_restated_is_landed_again(vendor: Vendor) -> None:
    vendor.sync()
    vendor.spend["7", "c1", "2026-04-02"] = 12
    vendor.spend["7", "c2", "2026-04-02"] = 1
    # Too long ago: nobody looks there any more.
    vendor.spend["7", "c1", "2026-03-02"] = 99
    assert counts(vendor.sync()) == (31, 2, 29, 0)
    assert counts(vendor.sync()) == (31, 0, 31, 0)
    key = "7|c1|2026-04-02"
    assert '"spend":12' in last_payloads(vendor.home, "vendor", "results", [key])[key]


def test_a_day_that_vanished_is_gone_and_may_come_back(vendor: Vendor) -> None:
    vendor.sync()
    taken = vendor.spend.pop(("7", "c1", "2026-04-02"))
    assert counts(vendor.sync()) == (29, 0, 29, 1)
    assert counts(vendor.sync()) == (29, 0, 29, 0)
    vendor.spend["7", "c1", "2026-04-02"] = taken
    assert counts(vendor.sync()) == (30, 1, 29, 0)


def test_many_that_vanish_at_once_are_not_believed(vendor: Vendor) -> None:
    for day in days_from(FIRST, TODAY):
        vendor.spend["7", "c2", day] = 5
    vendor.sync(Days(FIRST, 30, 60))
    vendor.spend.clear()
    with pytest.raises(SourceError, match="60 of 60 results are not listed any more"):
        vendor.sync(Days(FIRST, 30, 60))
    vendor.most_deletions = 1
    assert counts(vendor.sync(Days(FIRST, 30, 60))) == (0, 0, 0, 60)


def test_a_record_that_cannot_be_read_makes_no_other_gone(vendor: Vendor) -> None:
    vendor.sync()
    vendor.spend["7", "", "2026-04-02"] = vendor.spend.pop(("7", "c1", "2026-04-02"))
    (found,) = vendor.sync().entities
    assert (found.rows_quarantined, found.rows_deleted, found.rows_unchanged) == (1, 0, 29)


def test_accounts_have_bookmarks_and_days_of_their_own(vendor: Vendor) -> None:
    vendor.sync()
    vendor.accounts = ("7", "77")
    for day in days_from(FIRST, TODAY):
        vendor.spend["77", "c1", day] = 3
    assert counts(vendor.sync()) == (71, 41, 30, 0)
    del vendor.spend["77", "c1", "2026-04-02"]
    assert counts(vendor.sync()) == (59, 0, 59, 1)


def test_an_earlier_first_day_brings_what_was_before(vendor: Vendor) -> None:
    vendor.spend["7", "c1", "2026-02-20"] = 8
    vendor.sync()
    earlier = Days(date(2026, 2, 15), 30, 60)
    assert counts(vendor.sync(earlier)) == (42, 1, 41, 0)
    assert counts(vendor.sync(earlier)) == (30, 0, 30, 0)


def test_a_sync_that_broke_off_goes_on_where_it_was(vendor: Vendor) -> None:
    vendor.fails_at = 3
    with pytest.raises(SourceError, match="down"):
        vendor.sync()
    # Of the 28 days that were read the last week is read again, as it always is.
    assert counts(vendor.sync(Days(FIRST, 7, 14))) == (20, 13, 7, 0)
    assert vendor.asked[0] == ("7", "2026-03-22", "2026-04-04")


@pytest.mark.parametrize(
    ("mark", "starts"),
    [
        ({}, "2023-04-10"),
        ({"first": "2023-04-08", "until": "2026-04-08"}, "2026-03-10"),
        ({"first": "2023-04-08", "until": "2023-04-12"}, "2023-04-10"),
    ],
)
def test_without_a_first_day_there_are_three_years(mark: dict[str, str], starts: str) -> None:
    parts = Days(None, 30, 400).parts(mark, TODAY)
    assert parts[0][0].isoformat() == starts
    assert parts[-1][2]["until"] == "2026-04-10"


def test_a_bookmark_never_goes_back_while_days_are_read_again() -> None:
    marks = {"first": "2026-03-01", "until": "2026-04-08"}
    parts = Days(FIRST, 30, 14).parts(marks, TODAY)
    assert [after["until"] for _, _, after in parts] == ["2026-04-08", "2026-04-08", "2026-04-10"]


def test_a_source_is_not_asked_for_more_than_it_has() -> None:
    days = Days(date(2019, 1, 1), 30, 400, kept=365)
    assert days.parts({}, TODAY)[0][0] == date(2025, 4, 10)
    # As the days go by its first day does, too: nothing is read anew for that.
    marks = days.parts({}, TODAY)[-1][2]
    assert days.parts(marks, TODAY + timedelta(days=9))[0][0] == date(2026, 3, 12)


def test_a_first_day_to_come_reads_nothing() -> None:
    assert Days(date(2026, 5, 1), 30, 14).parts({}, TODAY) == []


def test_a_day_is_that_of_the_account() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert today_in("vendor", "Asia/Jakarta", late) == date(2026, 3, 3)
    assert today_in("vendor", "America/New_York", late) == date(2026, 3, 2)
    with pytest.raises(SourceError, match="'Mars/Olympus' is no known time zone"):
        today_in("vendor", "Mars/Olympus", late)
