"""A network and a source that misbehave: nothing is lost or landed twice."""

from typing import Any

import orjson
import pytest
from pydantic import SecretStr, ValidationError

from ingestion.api import client
from ingestion.api.client import Patience, SourceError
from ingestion.api.rows import read_moment
from ingestion.landing import QUARANTINE_TABLE
from ingestion.sources.hubspot.object_calls import ObjectCalls
from jalur.errors import ConfigurationError
from jalur.settings import Settings
from tests.ingestion.api.portal import QUICK, Desk, differences

DEALS = 600


@pytest.fixture
def full(desk: Desk) -> Desk:
    for number in range(DEALS):
        desk.store.create("deals", {"dealname": f"Deal {number}", "dealstage": "new"})
    return desk


def landed_deals(extraction: Any) -> int:
    return int({e.entity: e.rows_landed for e in extraction.entities}["deals"])


@pytest.mark.parametrize(
    "faults",
    [
        {"too_many_requests": 0.3},
        {"too_many_requests": 0.3, "retry_after": None},
        {"server_error": 0.1, "connection_reset": 0.05, "truncated_json": 0.05},
        {"wrong_content_type": 0.1, "error_body_with_200": 0.1},
    ],
    ids="+".join,
)
def test_what_passes_is_waited_for(full: Desk, faults: dict[str, Any]) -> None:
    for name, value in faults.items():
        setattr(full.server.faults, name, value)
    if full.server.faults.retry_after is not None:
        full.server.faults.retry_after = 0.01
    extraction = full.extract()
    assert sum(full.server.faults.given.values()) > 0
    assert differences(full) == []
    assert landed_deals(extraction) == DEALS


def test_a_source_that_stalls_is_asked_again(full: Desk) -> None:
    full.server.faults.script = [None] * 5 + ["slow"]
    full.server.faults.slow_seconds = 3
    full.extract(Patience(first_pause=0.001, longest_pause=0.01, timeout=0.5))
    assert differences(full) == []


@pytest.mark.parametrize("kind", ["server_error", "connection_reset", "wrong_content_type"])
def test_a_source_that_is_down_is_told_and_what_came_before_stays(full: Desk, kind: str) -> None:
    patience = Patience(attempts=3, first_pause=0.001, longest_pause=0.01)
    full.server.faults.script = [None] * 12 + [kind] * 3
    with pytest.raises(SourceError, match=r"hubspot: POST /crm/objects") as caught:
        full.extract(patience)
    assert "Traceback" not in str(caught.value)
    before = len(full.landed("deals"))
    assert 0 < before < DEALS
    again = full.extract(patience)
    assert differences(full) == []
    # At most the pages of one call of a list, whose bookmark had not moved, come once more.
    assert landed_deals(again) <= DEALS - before + 100


def test_a_wrong_token_is_told_without_showing_it(full: Desk) -> None:
    full.token = "pat-canary-7e57"
    with pytest.raises(SourceError, match="HTTP 401") as caught:
        full.extract()
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(full.settings)


def test_no_token_is_a_wrong_setting(desk: Desk) -> None:
    desk.token = None  # type: ignore[assignment]
    with pytest.raises(ConfigurationError, match="JALUR_HUBSPOT_TOKEN"):
        desk.extract()


def test_malformed_records_are_accounted_for(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in a hundred: not an object, no key, no time, a time that nobody can read."""
    spoilt = 0

    def spoil(content: bytes) -> Any:
        nonlocal spoilt
        body = orjson.loads(content)
        for position, record in enumerate(body.get("results", [])):
            if "properties" in record and int(record["id"]) % 100 == 7:
                bad: list[Any] = [
                    "text",
                    record | {"id": None},
                    {k: v for k, v in record.items() if k != "updatedAt"},
                    record | {"updatedAt": "yesterday"},
                ]
                body["results"][position] = bad[spoilt % 4]
                spoilt += 1
        return body

    true = ObjectCalls.read_batch

    def batch(self: ObjectCalls, *arguments: Any, **named: Any) -> Any:
        answer = true(self, *arguments, **named)
        answer.body["results"] = spoil(orjson.dumps(answer.body))["results"]
        return answer

    monkeypatch.setattr(ObjectCalls, "read_batch", batch)
    extraction = full.extract()
    deals = next(e for e in extraction.entities if e.entity == "deals")
    assert spoilt == DEALS // 100
    assert deals.rows_read == DEALS
    assert deals.rows_quarantined == spoilt
    assert deals.rows_landed == DEALS - spoilt
    assert len(full.query("select 1 from {}", "deals")) == deals.rows_landed
    reasons = full.query(
        "select reason, field, entity from {} order by row_number", QUARANTINE_TABLE
    )
    assert set(reasons) == {
        ("broken_record", None, "deals"),
        ("missing_value", "id", "deals"),
        ("missing_value", "updatedAt", "deals"),
        ("bad_value", "updatedAt", "deals"),
    }
    (check,) = [c for c in extraction.checks if c.check_name == "deals_rows_readable"]
    assert (check.status, check.severity) == ("failed", "warning")
    assert check.failing_rows == spoilt


def test_a_third_of_refusals_costs_few_calls(full: Desk) -> None:
    """30% of 429 over many pages: 1 / 0.7 = 1.43 times the calls are needed."""
    undisturbed = full.server.faults.calls
    full.extract()
    undisturbed = full.server.faults.calls - undisturbed
    full.home.landing.rename(full.home.root / "before")
    full.server.faults.too_many_requests = 0.3
    full.server.faults.retry_after = None
    calls = full.server.faults.calls
    full.extract(QUICK)
    assert differences(full) == []
    assert full.server.faults.calls - calls <= 2.2 * undisturbed


def test_a_batch_that_fails_in_part_is_asked_for_again(
    full: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HubSpot answers 207 with what it could read and an error for the rest."""
    failures = iter([True, False, True, True, False])
    true = client._json

    def in_part(content: bytes) -> Any:
        body = true(content)
        if "propertiesWithHistory" in str(body) and next(failures, False):
            body["results"] = body["results"][:-2]
            body["errors"] = [{"status": "error", "category": "INTERNAL_ERROR", "message": "later"}]
        return body

    monkeypatch.setattr(client, "_json", in_part)
    extraction = full.extract()
    assert next(failures, None) is None
    assert differences(full) == []
    assert landed_deals(extraction) == DEALS


def test_half_a_character_is_quarantined_and_stops_nothing(
    full: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cut emoji: JSON by its grammar, and no text that can be stored."""
    true = client._json

    def cut(content: bytes) -> Any:
        return true(content.replace(b'"Deal 7"', b'"Deal \\ud83d"'))

    monkeypatch.setattr(client, "_json", cut)
    extraction = full.extract()
    deals = next(e for e in extraction.entities if e.entity == "deals")
    assert (deals.rows_landed, deals.rows_quarantined) == (DEALS - 1, 1)
    [row] = full.query("select reason, record_text from {}", QUARANTINE_TABLE)
    assert row[0] == "broken_record"
    assert "ud83d" in row[1]


@pytest.mark.parametrize("url", ["http://api.example.org", "ftp://127.0.0.1", "api.hubapi.com"])
def test_a_token_is_sent_where_nobody_can_listen(url: str) -> None:
    with pytest.raises(ValidationError, match="must begin with https"):
        Settings(hubspot_url=url)


def test_a_token_with_a_typographic_dash_is_refused_without_showing_it() -> None:
    with pytest.raises(ValidationError, match="not ASCII") as caught:
        Settings(hubspot_token=SecretStr("pat\u2011canary"))
    assert "canary" not in str(caught.value)


def test_an_answer_without_a_clock_is_no_answer(
    full: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_moment", lambda _response: None)
    with pytest.raises(SourceError, match="header Date"):
        full.extract()


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+01:00", "yesterday", "", None, True, 1e400])
def test_a_time_that_is_none(text: Any) -> None:
    assert read_moment(text) is None
