"""What is Meta's own: limits that come as 400, tokens in the addresses of pages, the deleted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.api.client import Patience, SourceError
from jalur.errors import ConfigurationError
from tests.ingestion.api.ads import Desk, days_of, desk_of


@pytest.fixture
def ads(quick_landing: None, tmp_path: Path) -> Iterator[Desk]:
    with desk_of("meta_ads", tmp_path / "home") as desk:
        yield desk


def test_pages_are_followed_by_cursor_and_no_address_has_the_token(ads: Desk) -> None:
    ads.server.platform.largest_page = 7
    ads.extract()
    assert ads.spend() == ads.shown()
    # An account, two campaigns, and 60, 60 and 18 results: 1 + 1 + 9 + 9 + 3 pages.
    assert ads.server.platform.calls == 23
    assert ads.server.platform.tokens_in_urls == 0
    files = [path.read_bytes() for path in ads.home.root.rglob("*") if path.is_file()]
    assert files
    assert not [content for content in files if b"EAAB-loopback" in content]


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80000, 80003, 80004])
def test_a_limit_is_waited_for_though_it_comes_as_400(ads: Desk, code: int) -> None:
    ads.server.platform.refusals = [(code, None), (code, None)]
    ads.extract()
    assert ads.spend() == ads.shown()


def test_a_limit_of_minutes_is_waited_for_as_long_as_the_header_says(
    ads: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    ads.server.platform.refusals = [(80000, 2), (80000, 0)]
    ads.extract(Patience(first_pause=0.5, longest_pause=300))
    # Two minutes; then nothing is told, and the pause is the second one of its own.
    assert waits == [120, 1.0]


def test_a_limit_of_an_hour_ends_the_sync_and_the_next_one_goes_on(ads: Desk) -> None:
    ads.server.platform.calls_per_hour = 3
    extraction = ads.extract()
    (check,) = [each for each in extraction.checks if each.refuses]
    assert "quota of calls is used up" in check.detail
    assert "Not read to the end: campaign_days" in check.detail
    # The days of the first part, 1 February to 2 March.
    assert len(ads.spend()) == 60
    assert ads.server.platform.calls == 4
    ads.server.platform.calls_per_hour = None
    assert days_of(ads.extract()).rows_landed == 78
    assert ads.spend() == ads.shown()


def test_a_token_that_is_refused_is_not_repeated(ads: Desk) -> None:
    ads.overrides = {"meta_ads_token": "EAAB-canary"}
    with pytest.raises(SourceError, match=r"#190.*the access token is refused") as caught:
        ads.extract()
    assert "canary" not in str(caught.value)
    ads.overrides = {"meta_ads_token": ""}
    with pytest.raises(ConfigurationError, match="JALUR_META_ADS_TOKEN"):
        ads.extract()


@pytest.mark.parametrize("status", ["ARCHIVED", "DELETED"])
def test_what_a_campaign_cost_stays_when_it_is_put_away(ads: Desk, status: str) -> None:
    ads.extract()
    before = ads.spend()
    ads.store.campaigns[1].status = status
    ads.store.now += timedelta(minutes=5)
    assert days_of(ads.extract()).rows_deleted == 0
    assert ads.spend() == before
    assert ("1" in ads.landed("campaigns")) == (status == "ARCHIVED")


def test_a_version_that_has_ended_is_told(ads: Desk) -> None:
    ads.overrides = {"meta_ads_version": "v24.0"}
    with pytest.raises(SourceError, match=r"HTTP 400: \(#2635\)"):
        ads.extract()


@pytest.mark.parametrize("since", [None, "2019-01-01"])
def test_meta_is_asked_for_no_more_than_it_keeps(ads: Desk, since: str | None) -> None:
    ads.overrides = {"results_since": since}
    ads.extract()
    assert ads.spend() == ads.shown()
    # An account, the campaigns, and three years or 1,110 days in calls of 30 days.
    assert ads.server.platform.calls == 2 + (38 if since else 37)
