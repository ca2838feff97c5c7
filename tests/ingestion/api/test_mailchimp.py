"""Mailchimp: campaigns, and reports that go on growing after the mails were sent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.servers.loopback import serve
from demo.servers.mailchimp import MailchimpServer
from demo.servers.mailchimp.store import Mailing
from ingestion.api.client import ApiClient, SourceError
from ingestion.sources import mailchimp
from ingestion.sources.mailchimp import source
from jalur.errors import ConfigurationError
from jalur.paths import Home
from jalur.settings import Settings
from tests.ingestion.api import platforms
from tests.ingestion.api.platforms import NOON, Desk, failed


@pytest.fixture
def served() -> Iterator[tuple[str, MailchimpServer]]:
    with serve(server := platforms.mailchimp()) as url:
        yield url, server


@pytest.fixture
def server(served: tuple[str, MailchimpServer]) -> MailchimpServer:
    return served[1]


@pytest.fixture
def desk(served: tuple[str, MailchimpServer], tmp_path: Path, quick_landing: None) -> Desk:
    url, server = served
    given = {"mailchimp_url": url, "mailchimp_key": server.account.key}
    return Desk("mailchimp", mailchimp.extract, Home(tmp_path / "home"), given)


def send(server: MailchimpServer, number: int, days_ago: float | None) -> str:
    """A mailing that was sent so long ago, or is a draft."""
    sent_at = None if days_ago is None else NOON - timedelta(days=days_ago)
    mailing = Mailing(
        f"{number:04x}", f"Mailing {number}", (sent_at or NOON) - timedelta(days=1), sent_at,
        emails=1000, opens=400, clicks=100, unsubscribed=10, bounced=20,
    )  # fmt: skip
    server.store.add(mailing)
    return mailing.id


def opens(desk: Desk) -> dict[str, int]:
    return {key: each["opens"]["unique_opens"] for key, each in desk.landed("reports").items()}


def test_everything_is_landed_once_and_then_only_what_changed(
    desk: Desk, server: MailchimpServer
) -> None:
    old, recent, draft = send(server, 1, 200), send(server, 2, 0.5), send(server, 3, None)
    first = desk.extract()
    assert [each.rows_landed for each in first.values()] == [3, 2]
    assert desk.landed("campaigns").keys() == {old, recent, draft}
    assert opens(desk) == {old: 400, recent: 80}
    assert [each.rows_landed for each in desk.extract().values()] == [0, 0]
    server.store.now += timedelta(days=1)
    assert [each.rows_landed for each in desk.extract().values()] == [0, 1]
    assert opens(desk) == {old: 400, recent: 280}


def test_recent_reports_are_read_each_time_and_all_once_a_week(
    desk: Desk, server: MailchimpServer
) -> None:
    old, recent = send(server, 1, 200), send(server, 2, 3)
    desk.extract()
    assert "since_send_time" not in server.calls[-1]
    server.store.mailings[old].opens += 1
    server.store.now += timedelta(days=1)
    desk.extract()
    # Thirty days before the reading of the day before.
    assert "since_send_time=2026-02-08T12%3A00%3A00%2B00%3A00" in server.calls[-1]
    assert opens(desk) == {old: 400, recent: 280}
    server.store.now += timedelta(days=6)
    desk.extract()
    desk.extract()
    assert opens(desk) == {old: 401, recent: 380}


def test_a_campaign_that_was_deleted_is_gone_and_its_report_stays(
    desk: Desk, server: MailchimpServer
) -> None:
    gone, stays = send(server, 1, 40), send(server, 2, 50)
    desk.extract()
    del server.store.mailings[gone]
    server.store.now += timedelta(hours=1)
    assert desk.extract()["campaigns"].rows_deleted == 1
    assert desk.landed("campaigns").keys() == {stays}
    assert desk.landed("reports").keys() == {gone, stays}


def test_a_list_that_changes_between_its_pages_is_read_anew(
    desk: Desk, server: MailchimpServer
) -> None:
    desk.options = {"page": 2}
    ids = [send(server, number, 60 - number) for number in range(1, 8)]
    server.faults.before_call(2, lambda: server.store.mailings.pop(ids[0]))
    desk.extract()
    assert desk.landed("campaigns").keys() == set(ids[1:])


def test_no_address_is_landed_and_one_connection_is_enough(
    desk: Desk, server: MailchimpServer
) -> None:
    for number in range(1, 30):
        send(server, number, number)
    server.account.seconds = 0.01
    desk.options = {"page": 5}
    desk.extract()
    assert not any("@" in str(each) for each in desk.landed("campaigns").values())
    assert server.account.most_busy == 1
    server.account.connections = 0
    with pytest.raises(SourceError, match="HTTP 429: You have exceeded the limit of 10"):
        desk.extract()


def test_faults_that_pass_are_waited_out(desk: Desk, server: MailchimpServer) -> None:
    send(server, 1, 1)
    server.faults.retry_after = 0.0
    server.faults.script = [
        "too_many_requests", "error_body_with_200", None, "truncated_json", "server_error",
        "connection_reset", "wrong_content_type",
    ]  # fmt: skip
    assert not failed(desk.extraction())
    assert len(opens(desk)) == 1


def test_a_token_is_as_good_as_a_key(desk: Desk, server: MailchimpServer) -> None:
    send(server, 1, 1)
    desk.given |= {"mailchimp_key": "", "mailchimp_token": server.account.token}
    assert desk.extract()["reports"].rows_landed == 1


def test_the_data_centre_is_that_of_the_key(tmp_path: Path, monkeypatch: Any) -> None:
    asked: list[str] = []

    class Silent(ApiClient):
        def __init__(self, name: str, base_url: str, *args: Any, **options: Any) -> None:
            asked.append(base_url)
            super().__init__(name, base_url, *args, **options)

        def get(self, path: str, params: Any = None) -> Any:
            raise SourceError(path)

    monkeypatch.setattr(source, "ApiClient", Silent)

    def extract(**given: Any) -> None:
        home = tmp_path / "home"
        mailchimp.extract(
            Settings(_env_file=None, home=home, sources=("mailchimp",), **given), "run"
        )

    with pytest.raises(SourceError):
        extract(mailchimp_key="0123456789abcdef-us14")
    with pytest.raises(SourceError):
        extract(mailchimp_key="0123456789abcdef-us14", mailchimp_server="us21")
    assert asked == ["https://us14.api.mailchimp.com", "https://us21.api.mailchimp.com"]
    for wrong in ("0123456789abcdef", "0123456789abcdef-evil.example/x"):
        with pytest.raises(ConfigurationError, match="JALUR_MAILCHIMP_SERVER") as refused:
            extract(mailchimp_key=wrong)
        assert "0123456789abcdef" not in str(refused.value)
    with pytest.raises(ConfigurationError, match="JALUR_MAILCHIMP_SERVER"):
        extract(mailchimp_token="token")
    with pytest.raises(ConfigurationError, match="JALUR_MAILCHIMP_KEY is missing"):
        extract(mailchimp_server="us14")
    with pytest.raises(ValueError, match="is no data centre"):
        extract(mailchimp_server="evil.example/")


def test_a_wrong_key_is_told_without_it(desk: Desk) -> None:
    desk.given |= {"mailchimp_key": "ffffffffffffffff-us14"}
    with pytest.raises(SourceError) as refused:
        desk.extract()
    assert "mailchimp: GET /3.0/campaigns: HTTP 401: Your API key may be invalid" in str(
        refused.value
    )
    assert "ffff" not in str(refused.value)
