"""Who may call, and how often."""

import pytest

from demo.servers.hubspot import Limits
from tests.demo.servers.hubspot.conftest import DEALS, Desk


class Watch:
    """A clock of seconds that stands still."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_a_wrong_token_is_refused(desk: Desk) -> None:
    for header in ("Bearer wrong", "", desk.server.token):
        desk.session.headers["Authorization"] = header
        answer = desk.ask(DEALS)
        assert (answer.status_code, answer.json()["category"]) == (401, "INVALID_AUTHENTICATION")


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        (DEALS, "crm.objects.deals.read"),
        ("/crm/objects/2026-09/calls", "crm.objects.contacts.read"),
        ("/crm/pipelines/2026-09/deals", "crm.objects.deals.read"),
        ("/crm/properties/2026-09/deals", "crm.schemas.deals.read"),
        ("/crm/owners/2026-09", "crm.objects.owners.read"),
        ("/marketing/campaigns/2026-09", "marketing.campaigns.read"),
        ("/marketing/emails/2026-09", "marketing-email"),
        ("/marketing/forms/2026-09", "forms"),
    ],
)
def test_a_missing_scope_is_named(desk: Desk, path: str, scope: str) -> None:
    desk.server.portal.tokens["narrow"] = frozenset({"oauth"})
    desk.session.headers["Authorization"] = "Bearer narrow"
    answer = desk.ask(path)
    assert (answer.status_code, answer.json()["category"]) == (403, "MISSING_SCOPES")
    assert scope in answer.json()["errors"][0]["context"]["requiredGranularScopes"]
    desk.server.portal.tokens["narrow"] = frozenset({scope})
    assert desk.ask(path).status_code == 200


def test_the_burst_limit_rolls_over_ten_seconds(desk: Desk, watch: Watch) -> None:
    desk.server.portal.limits = Limits(burst=2, timer=watch)
    headers = desk.ask(DEALS).headers
    assert headers["X-HubSpot-RateLimit-Max"] == "2"
    assert headers["X-HubSpot-RateLimit-Remaining"] == "1"
    assert headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    watch.seconds += 6
    assert desk.ask(DEALS).status_code == 200
    answer = desk.ask(DEALS)
    assert answer.status_code == 429
    assert answer.json()["errorType"] == "RATE_LIMIT"
    assert answer.json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert "Retry-After" not in answer.headers
    watch.seconds += 4
    assert desk.ask(DEALS).status_code == 200
    assert desk.ask(DEALS).status_code == 429


def test_the_daily_limit_stays(desk: Desk, watch: Watch) -> None:
    desk.server.portal.limits = Limits(daily=1, timer=watch, retry_after=7)
    assert desk.ask(DEALS).headers["X-HubSpot-RateLimit-Daily-Remaining"] == "0"
    watch.seconds += 1000
    answer = desk.ask(DEALS)
    assert (answer.status_code, answer.json()["policyName"]) == (429, "DAILY")
    assert answer.headers["Retry-After"] == "7"
    desk.server.portal.limits.used_today = 0
    assert desk.ask(DEALS).status_code == 200


def test_searches_have_a_limit_of_their_own_and_no_headers(desk: Desk, watch: Watch) -> None:
    desk.server.portal.limits = Limits(timer=watch)
    for _ in range(5):
        answer = desk.send(f"{DEALS}/search")
        assert answer.status_code == 200
        assert not [name for name in answer.headers if "RateLimit" in name]
    answer = desk.send(f"{DEALS}/search")
    assert (answer.status_code, answer.json()["policyName"]) == (429, "SECONDLY")
    assert desk.ask(DEALS).status_code == 200
    watch.seconds += 1
    assert desk.send(f"{DEALS}/search").status_code == 200


def test_simulated_faults_speak_the_vendors_json(desk: Desk) -> None:
    desk.server.faults.script = ["too_many_requests", "error_body_with_200"]
    assert desk.ask(DEALS).json()["policyName"] == "TEN_SECONDLY_ROLLING"
    answer = desk.ask(DEALS)
    assert (answer.status_code, answer.json()["status"]) == (200, "error")
