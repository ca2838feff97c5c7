"""Google Analytics: what is landed is what the property reports, and of it only what is new."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from demo.servers.ga4 import Analytics, api
from demo.servers.ga4.store import Visits
from demo.servers.loopback import serve
from ingestion.api.client import SourceError
from ingestion.sources import ga4
from jalur.errors import ConfigurationError
from jalur.paths import Home
from tests.ingestion.api.platforms import PROPERTY, Desk, analytics, failed, session_values

ROBOT = "warehouse@project.iam.example"
Key = tuple[str, ...]


@pytest.fixture(scope="module")
def key() -> tuple[str, str]:
    """A private key and its public one, as texts."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = made.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture
def served(key: tuple[str, str]) -> Iterator[tuple[str, Analytics]]:
    server = analytics()
    server.login.accounts[ROBOT] = key[1]
    with serve(server) as url:
        yield url, server


@pytest.fixture
def server(served: tuple[str, Analytics]) -> Analytics:
    return served[1]


@pytest.fixture
def desk(
    served: tuple[str, Analytics], key: tuple[str, str], tmp_path: Path, quick_landing: None
) -> Desk:
    account = tmp_path / "key.json"
    account.write_text(json.dumps({"client_email": ROBOT, "private_key": key[0]}))
    given = {
        "ga4_url": served[0],
        "ga4_login_url": f"{served[0]}/token",
        "ga4_properties": PROPERTY,
        "ga4_service_account": str(account),
    }
    return Desk("ga4", ga4.extract, Home(tmp_path / "home"), given)


def landed(desk: Desk) -> dict[Key, Decimal]:
    return {
        (each["date"], *list(each["dimensions"].values())[1:]): Decimal(each["metrics"]["sessions"])
        for each in desk.landed("campaign_results").values()
    }


def shown(server: Analytics) -> dict[Key, Decimal]:
    found = server.store.properties[PROPERTY]
    rows, _ = found.report(server.store.today(found.timezone), date.min, date.max)
    return {
        (visits.day.isoformat(), visits.campaign_id, visits.campaign, visits.channel_group):
            values["sessions"]
        for visits, values in rows.items()
    }  # fmt: skip


def test_everything_is_landed_once_and_then_only_what_changed(
    desk: Desk, server: Analytics
) -> None:
    # Pages of seven rows: the last is a whole one, for 35 of 40 days.
    desk.options = {"rows_per_call": 7}
    assert desk.extract()["campaign_results"].rows_landed == 2 * 40
    assert landed(desk) == shown(server)
    (one, *_) = desk.landed("campaign_results").values()
    assert (one["currency"], one["time_zone"]) == ("EUR", "UTC")
    again = desk.extract()["campaign_results"]
    assert (again.rows_landed, again.rows_unchanged) == (0, 2 * 30)
    server.store.now += timedelta(days=1)
    assert desk.extract()["campaign_results"].rows_landed == 2 * 3
    assert landed(desk) == shown(server)


def test_what_is_attributed_anew_replaces_what_was(desk: Desk, server: Analytics) -> None:
    desk.extract()
    rows = server.store.properties[PROPERTY].rows
    day = date(2026, 3, 1)
    # All of a day under another name, and other figures of the day before.
    for number in "12":
        del rows[Visits(day, number, f"Campaign {number}", "Paid Search")]
    rows[Visits(day, "9", "Spring", "Email")] = session_values(300)
    before = Visits(date(2026, 2, 28), "1", "Campaign 1", "Paid Search")
    rows[before] = session_values(90)
    server.store.now += timedelta(hours=1)
    counts = desk.extract()["campaign_results"]
    assert (counts.rows_landed, counts.rows_deleted) == (2, 2)
    assert landed(desk) == shown(server)


def test_the_last_day_is_that_of_the_property(desk: Desk, server: Analytics) -> None:
    found = server.store.properties[PROPERTY]
    found.timezone = "Pacific/Auckland"
    found.rows[Visits(date(2026, 3, 11), "1", "Campaign 1", "Paid Search")] = session_values(50)
    desk.extract()
    # Noon in UTC is one in the morning of the next day there.
    assert ("2026-03-11", "1", "Campaign 1", "Paid Search") in landed(desk)
    assert landed(desk) == shown(server)


def test_the_last_tokens_are_left_to_others(desk: Desk, server: Analytics) -> None:
    # The time zone and two of the three parts, with two tokens to spare.
    server.quota.hour = 3 * server.quota.cost + 2
    extraction = desk.extraction()
    assert "hardly any tokens left" in failed(extraction)["source_read_whole"].detail
    assert server.quota.hour == 2
    assert 0 < len(landed(desk)) < 80
    server.quota.hour = 1000
    assert not failed(desk.extraction())
    assert landed(desk) == shown(server)
    server.quota.day = 0
    refused = failed(desk.extraction())["source_read_whole"]
    assert refused.refuses
    assert "the quota of calls is used up" in refused.detail


def test_what_google_leaves_out_is_told(desk: Desk, server: Analytics) -> None:
    found = server.store.properties[PROPERTY]
    found.most_per_day, found.threshold = 1, 70
    told = failed(desk.extraction())["campaign_results_complete"]
    assert not told.refuses
    assert "3 had rows rolled into (other)" in told.detail
    # Of today 60% is known: of the larger campaign 120 sessions, of the (other) one 60.
    assert landed(desk)["2026-03-10", "(other)", "(other)", "(other)"] == 60
    found.most_per_day = None
    desk.home = Home(desk.home.root / "other")
    told = failed(desk.extraction())["campaign_results_complete"]
    assert told.detail == "Of 3 reports 1 had rows withheld below a threshold"


def test_faults_that_pass_are_waited_out(desk: Desk, server: Analytics) -> None:
    server.faults.retry_after = 0.0
    server.faults.script = [
        None, "too_many_requests", "error_body_with_200", None, "truncated_json", "server_error",
        "connection_reset", "wrong_content_type",
    ]  # fmt: skip
    desk.extract()
    assert landed(desk) == shown(server)
    assert sum(server.faults.given.values()) == 6


def test_a_report_that_changes_between_its_pages_is_read_anew(
    desk: Desk, server: Analytics
) -> None:
    desk.options = {"rows_per_call": 30}
    rows = server.store.properties[PROPERTY].rows

    def another() -> None:
        rows[Visits(date(2026, 2, 1), "0", "First", "Email")] = session_values(10)

    # After the login, the time zone, January, and the first of three pages of February.
    server.faults.before_call(5, another)
    desk.extract()
    assert landed(desk) == shown(server)


def test_rows_of_another_shape_are_quarantined(
    desk: Desk, server: Analytics, monkeypatch: Any
) -> None:
    whole = api._summed

    def broken(*args: Any) -> list[dict[str, Any]]:
        rows = whole(*args)
        # The time zone is asked for without dimensions.
        return [row | {"metricValues": []} if row["dimensionValues"] else row for row in rows]

    monkeypatch.setattr(api, "_summed", broken)
    counts = desk.extract()["campaign_results"]
    assert (counts.rows_landed, counts.rows_quarantined) == (0, 80)


def test_a_refresh_token_is_enough_and_is_renewed(desk: Desk, server: Analytics) -> None:
    client, secret = server.login.client
    server.login.seconds = 1
    desk.given |= {
        "ga4_service_account": "",
        "ga4_refresh_token": "1//loopback",
        "ga4_client_id": client,
        "ga4_client_secret": secret,
    }
    desk.extract()
    assert landed(desk) == shown(server)
    desk.given |= {"ga4_client_secret": "GOCSPX-wrong"}
    with pytest.raises(ConfigurationError) as refused:
        desk.extract()
    assert "ga4 rejected the login: invalid_client" in str(refused.value)
    assert "GOCSPX" not in str(refused.value)
    assert "1//" not in str(refused.value)


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ("/nowhere/key.json", "neither JSON nor a readable file: FileNotFoundError"),
        ("{broken SECRET", "it is no JSON"),
        ('{"private_key": "SECRET"}', "client_email or private_key is not in it"),
        ('{"client_email": "a@b", "private_key": "SECRET"}', "its private_key cannot be read"),
    ],
)
def test_a_key_that_is_none_is_told_without_it(desk: Desk, account: str, told: str) -> None:
    desk.given |= {"ga4_service_account": account}
    with pytest.raises(ConfigurationError) as refused:
        desk.extract()
    assert told in str(refused.value)
    assert "SECRET" not in str(refused.value)


def test_what_is_missing_or_refused_is_told(desk: Desk, server: Analytics) -> None:
    server.login.accounts.clear()
    with pytest.raises(ConfigurationError, match="rejected the login: invalid_grant"):
        desk.extract()
    desk.given |= {"ga4_service_account": ""}
    with pytest.raises(ConfigurationError, match="JALUR_GA4_SERVICE_ACCOUNT is missing"):
        desk.extract()
    desk.given |= {"ga4_properties": ""}
    with pytest.raises(ConfigurationError, match="JALUR_GA4_PROPERTIES"):
        desk.extract()
    assert server.reports == 0


def test_a_property_that_may_not_be_read_is_named(desk: Desk) -> None:
    desk.given |= {"ga4_properties": "1, 2"}
    with pytest.raises(SourceError, match="properties/1:runReport: HTTP 403: User does not have"):
        desk.extract()


def test_a_property_without_sessions_is_no_error(desk: Desk, server: Analytics) -> None:
    server.store.properties[PROPERTY].rows.clear()
    extraction = desk.extraction()
    assert not failed(extraction)
    assert desk.landed("campaign_results") == {}
    assert server.store.now == datetime(2026, 3, 10, 12, tzinfo=UTC)
