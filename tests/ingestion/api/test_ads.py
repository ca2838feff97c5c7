"""Ad platforms: what they cost day by day is landed as they show it, and goes on being so."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingestion.api.client import Patience, SourceError
from jalur.errors import ConfigurationError
from tests.ingestion.api.ads import FIRST, PLATFORMS, TODAY, Desk, days_of, desk_of
from tests.ingestion.api.portal import QUICK

DAY = timedelta(days=1)
ROWS = 2 * ((TODAY - FIRST).days + 1)
SHORT = Patience(attempts=3, first_pause=0.001, longest_pause=0.01)


@pytest.fixture(params=PLATFORMS)
def ads(request: pytest.FixtureRequest, quick_landing: None, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(request.param, tmp_path / "home") as desk:
        yield desk


def test_every_campaign_and_day_is_landed_as_it_is_shown(ads: Desk) -> None:
    extraction = ads.extract()
    found = days_of(extraction)
    assert (found.rows_read, found.rows_landed) == (ROWS, ROWS)
    assert ads.spend() == ads.shown()
    # Of the last day 60% is known yet: 78.25 x 0.6, and of b 71.1 x 0.6.
    assert ads.spend()["1", "2026-04-10"] == Decimal("46.95")
    assert not [check for check in extraction.checks if check.status == "failed"]


def test_a_restated_day_wins_and_others_are_not_landed_again(ads: Desk) -> None:
    ads.store.days.learning = ()
    ads.extract()
    ads.store.days.restate("a", date(2026, 4, 2), spend=Decimal("1.5"))
    found = days_of(ads.extract())
    assert (found.rows_read, found.rows_landed, found.rows_unchanged) == (60, 1, 59)
    assert ads.spend()["1", "2026-04-02"] == Decimal("1.5")
    assert ads.spend() == ads.shown()
    assert days_of(ads.extract()).rows_landed == 0
    assert len(ads.query("select 1 from {}", "campaign_days")) == ROWS + 1


def test_the_last_days_are_learnt_as_time_goes_on(ads: Desk) -> None:
    ads.extract()
    assert ads.spend() == ads.shown()
    ads.store.now += 3 * DAY
    # Of both campaigns the three days of which not all was known, and none that is new.
    found = days_of(ads.extract())
    assert (found.rows_landed, found.rows_unchanged) == (6, 54)
    assert ads.spend() == ads.shown()
    assert ads.spend()["1", "2026-04-10"] == Decimal("78.25")


def test_a_day_that_vanished_is_gone(ads: Desk) -> None:
    ads.extract()
    del ads.store.days.rows["b", date(2026, 4, 3)]
    assert days_of(ads.extract()).rows_deleted == 1
    assert ads.spend() == ads.shown()


def test_an_account_that_suddenly_shows_nothing_is_not_believed(ads: Desk) -> None:
    ads.extract()
    before = ads.spend()
    ads.store.days.rows.clear()
    with pytest.raises(SourceError, match="campaign_days are not listed any more"):
        ads.extract()
    assert ads.spend() == before


def test_days_are_those_of_the_account(ads: Desk) -> None:
    account = next(iter(ads.accounts.values()))
    account.time_zone = "Pacific/Auckland"
    ads.store.now = ads.store.now.replace(hour=13)
    ads.store.days.rows["a", TODAY + DAY] = ads.store.days.rows["a", TODAY]
    ads.extract()
    # There it is the next day already.
    assert ("1", "2026-04-11") in ads.spend()


def test_a_time_zone_that_nobody_knows_is_told(ads: Desk) -> None:
    next(iter(ads.accounts.values())).time_zone = "Mars/Olympus"
    with pytest.raises(SourceError, match="'Mars/Olympus' is no known time zone"):
        ads.extract()


def test_campaigns_that_do_not_change_are_landed_once(ads: Desk) -> None:
    counts = [_count(ads.extract(), "campaigns") for _ in range(2)]
    assert counts == [(2, 2, 0), (2, 0, 0)]
    ads.store.campaigns[1].name = "Other"
    assert _count(ads.extract(), "campaigns") == (2, 1, 0)
    del ads.store.campaigns[2]
    ads.most_deletions = 1
    assert _count(ads.extract(), "campaigns") == (1, 0, 1)


def _count(extraction: Any, table: str) -> tuple[int, int, int]:
    found = next(each for each in extraction.entities if each.entity == table)
    return found.rows_read, found.rows_landed, found.rows_deleted


@pytest.mark.parametrize(
    "faults",
    [
        {"too_many_requests": 0.5},
        {"server_error": 0.3, "connection_reset": 0.2},
        {"truncated_json": 0.2, "wrong_content_type": 0.1, "error_body_with_200": 0.3},
    ],
    ids="+".join,
)
def test_what_passes_is_waited_for(ads: Desk, faults: dict[str, float]) -> None:
    ads.since = date(2024, 1, 1)
    for name, value in faults.items():
        setattr(ads.server.faults, name, value)
    extraction = ads.extract()
    assert sum(ads.server.faults.given.values()) > 3
    assert ads.spend() == ads.shown()
    assert len(ads.spend()) == ROWS
    assert not [check for check in extraction.checks if check.refuses]


def test_a_platform_that_is_down_is_told_without_secrets(ads: Desk) -> None:
    ads.since = date(2025, 12, 20)
    ads.server.faults.script = [None] * 4 + ["server_error"] * 9
    with pytest.raises(SourceError, match=rf"{ads.source}: (POST|GET) /v\d+") as caught:
        ads.extract(SHORT)
    assert not [secret for secret in ads.secrets if secret in str(caught.value)]
    ads.server.faults.quiet()
    ads.extract()
    assert ads.spend() == ads.shown()


class Killed(Exception):
    """The process ends here."""


def test_a_kill_after_landing_loses_nothing(ads: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was landed before the bookmark moved is read again, and not landed twice."""
    ads.since = date(2025, 12, 20)

    def dies(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("ingestion.api.sync.save_bookmarks", dies)
        with pytest.raises(Killed):
            ads.extract(rows_per_package=50)
    before = len(ads.spend())
    # The days up to 19 March: the parts of 30 and of 90 days both end there.
    assert before == 94
    assert days_of(ads.extract()).rows_landed == ROWS - before
    assert ads.spend() == ads.shown()
    assert len(ads.query("select 1 from {}", "campaign_days")) == ROWS


def test_what_is_missing_is_named(ads: Desk) -> None:
    name = "google_ads_customers" if ads.is_google else "meta_ads_accounts"
    ads.overrides = {name: ""}
    with pytest.raises(ConfigurationError, match=f"JALUR_{name.upper()}"):
        ads.extract()


def test_an_account_that_is_not_ours_is_told(ads: Desk) -> None:
    name = "google_ads_customers" if ads.is_google else "meta_ads_accounts"
    ads.overrides = {name: "999"}
    with pytest.raises(SourceError, match=r"HTTP 40[03]: .*(permission|does not exist)"):
        ads.extract(QUICK)
