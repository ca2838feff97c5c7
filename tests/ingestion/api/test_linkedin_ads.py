"""LinkedIn Ads: what is landed is what the platform shows, and of it only what is new."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo.servers.linkedin_ads import LinkedInAds, rendering
from demo.servers.linkedin_ads.store import Account
from demo.servers.loopback import serve
from ingestion.api.client import LimitReached, Patience, SourceError
from ingestion.sources import linkedin_ads
from ingestion.sources.linkedin_ads import calls
from jalur.errors import ConfigurationError
from jalur.paths import Home
from jalur.settings import Settings
from tests.ingestion.api.platforms import Desk, failed, linkedin


@pytest.fixture
def served() -> Iterator[tuple[str, LinkedInAds]]:
    with serve(server := linkedin()) as url:
        yield url, server


@pytest.fixture
def server(served: tuple[str, LinkedInAds]) -> LinkedInAds:
    return served[1]


@pytest.fixture
def desk(served: tuple[str, LinkedInAds], tmp_path: Path, quick_landing: None) -> Desk:
    given = {"linkedin_ads_url": served[0], "linkedin_ads_token": LinkedInAds.token}
    return Desk("linkedin_ads", linkedin_ads.extract, Home(tmp_path / "home"), given)


def spend(desk: Desk) -> dict[tuple[str, str], Decimal]:
    return {
        (each["campaign"], each["date"]): Decimal(each["result"]["costInLocalCurrency"])
        for each in desk.landed("campaign_days").values()
    }


def shown(server: LinkedInAds) -> dict[tuple[str, str], Decimal]:
    numbers = {each.key: str(each.id) for each in server.store.campaigns.values()}
    days = server.store.days.shown(server.store.today, date.min, date.max)
    return {(numbers[key], day.isoformat()): result.spend for key, day, result in days}


def test_everything_is_landed_once_and_then_only_what_changed(
    desk: Desk, server: LinkedInAds
) -> None:
    first = desk.extract()
    assert spend(desk) == shown(server)
    assert first["campaign_days"].rows_landed == 3 * 40
    assert first["campaigns"].rows_landed == 3
    again = desk.extract()
    assert [each.rows_landed for each in again.values()] == [0, 0, 0]
    # The last thirty days were read again.
    assert again["campaign_days"].rows_unchanged == 3 * 30
    # A day later more is known of the three last days, of all campaigns.
    server.store.now += timedelta(days=1)
    assert desk.extract()["campaign_days"].rows_landed == 3 * 3
    assert spend(desk) == shown(server)


def test_the_restated_day_wins_and_one_that_vanished_is_gone(
    desk: Desk, server: LinkedInAds
) -> None:
    desk.extract()
    day, other = date(2026, 2, 20), date(2026, 2, 21)
    server.store.days.restate("C-02", day, spend=Decimal("7.77"), clicks=4)
    del server.store.days.rows["C-02", other]
    server.store.now += timedelta(hours=1)
    counts = desk.extract()["campaign_days"]
    assert (counts.rows_landed, counts.rows_deleted) == (1, 1)
    assert spend(desk) == shown(server)
    assert spend(desk)["2", str(day)] == Decimal("7.77")
    assert ("2", str(other)) not in spend(desk)


def test_no_answer_is_cut_off(desk: Desk, server: LinkedInAds, monkeypatch: Any) -> None:
    server.platform.most_elements = 20
    monkeypatch.setattr(calls, "MOST_RESULTS", 20)
    desk.extract()
    assert spend(desk) == shown(server)
    server.platform.most_elements = 3
    monkeypatch.setattr(calls, "MOST_RESULTS", 3)
    with pytest.raises(SourceError, match="3 or more campaigns on 2026-"):
        desk.extract()


def test_pages_follow_the_cursor(desk: Desk, server: LinkedInAds, monkeypatch: Any) -> None:
    monkeypatch.setattr(calls, "PAGE", 2)
    server.store.accounts[8] = Account(8, "Second", "USD")
    server.store.accounts[9] = Account(9, "Third", "USD")
    desk.extract()
    assert {"1", "2", "3"} == desk.landed("campaigns").keys()
    assert {"7", "8", "9"} == desk.landed("ad_accounts").keys()
    desk.given |= {"linkedin_ads_accounts": "8, 9"}
    desk.home = Home(desk.home.root / "other")
    desk.extract()
    assert {"8", "9"} == desk.landed("ad_accounts").keys()
    assert desk.landed("campaigns") == {}
    desk.given |= {"linkedin_ads_accounts": "8,10"}
    with pytest.raises(ConfigurationError, match="may not see 10"):
        desk.extract()


def test_a_day_of_calls_that_is_used_up_ends_the_sync(desk: Desk, server: LinkedInAds) -> None:
    server.platform.calls_per_day = 3
    extraction = desk.extraction()
    assert failed(extraction)["source_read_whole"].refuses
    landed = len(spend(desk))
    assert 0 < landed < 120
    server.platform.calls_per_day = None
    assert not failed(desk.extraction())
    assert spend(desk) == shown(server)


def test_faults_that_pass_are_waited_out(desk: Desk, server: LinkedInAds) -> None:
    server.faults.retry_after = 0.0
    server.faults.script = [
        "too_many_requests", None, "error_body_with_200", "truncated_json", None,
        "server_error", "connection_reset", "wrong_content_type",
    ]  # fmt: skip
    desk.extract()
    assert spend(desk) == shown(server)
    assert sum(server.faults.given.values()) == 6


def test_a_permission_that_was_taken_away_deletes_nothing(desk: Desk, server: LinkedInAds) -> None:
    desk.extract()
    server.store.accounts[7].is_readable = False
    with pytest.raises(SourceError, match="90 of 90 campaign_days are not listed any more"):
        desk.extract()
    assert len(spend(desk)) == 120


def test_a_result_without_its_campaign_is_quarantined(
    desk: Desk, server: LinkedInAds, monkeypatch: Any
) -> None:
    whole = rendering.analytics

    def broken(number: int, *rest: Any) -> dict[str, Any]:
        return whole(number, *rest) | ({"pivotValues": []} if number == 1 else {})

    monkeypatch.setattr(rendering, "analytics", broken)
    counts = desk.extract()["campaign_days"]
    assert (counts.rows_landed, counts.rows_quarantined) == (80, 40)


def test_a_refresh_token_is_enough(desk: Desk, server: LinkedInAds) -> None:
    client, secret = server.platform.client
    desk.given |= {
        "linkedin_ads_token": "",
        "linkedin_ads_login_url": desk.given["linkedin_ads_url"],
        "linkedin_ads_refresh_token": "AR-loopback",
        "linkedin_ads_client_id": client,
        "linkedin_ads_client_secret": secret,
    }
    desk.extract()
    assert spend(desk) == shown(server)
    desk.given |= {"linkedin_ads_refresh_token": "AR-of-last-year"}
    with pytest.raises(ConfigurationError) as refused:
        desk.extract()
    assert "linkedin_ads rejected the login: invalid_request" in str(refused.value)
    assert "AR-of" not in str(refused.value)
    assert secret not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"linkedin_ads_token": "AQ-stolen"}, "HTTP 401: Invalid access token"),
        ({"linkedin_ads_version": "202401"}, "HTTP 426: Requested version 202401 is not active"),
    ],
)
def test_what_is_refused_is_told_without_the_token(
    desk: Desk, given: dict[str, str], told: str
) -> None:
    desk.given |= given
    with pytest.raises(SourceError) as refused:
        desk.extract()
    assert told in str(refused.value)
    assert desk.given["linkedin_ads_token"] not in str(refused.value)
    assert "pageSize" not in str(refused.value)


def test_nothing_is_asked_without_a_way_to_log_in(desk: Desk, server: LinkedInAds) -> None:
    desk.given |= {"linkedin_ads_token": ""}
    with pytest.raises(ConfigurationError, match="JALUR_LINKEDIN_ADS_TOKEN is missing"):
        desk.extract()
    assert server.platform.calls == 0
    with pytest.raises(ValueError, match="is no number"):
        Settings(_env_file=None, linkedin_ads_accounts="urn:li:sponsoredAccount:7")


def test_a_limit_that_does_not_pass_within_minutes_is_one(desk: Desk, server: LinkedInAds) -> None:
    server.faults.too_many_requests, server.faults.retry_after = 1.0, 0.0
    with pytest.raises(SourceError, match="429") as refused:
        desk.extract(Patience(attempts=2, first_pause=0.001, longest_pause=0.001, timeout=5))
    assert not isinstance(refused.value, LimitReached)
