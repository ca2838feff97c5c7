"""Salesforce on bad days: what passes is asked again, and nothing is lost or taken for data."""

from typing import Any

import pytest

from ingestion.api.client import SourceError
from ingestion.sources.salesforce.answers import Refused
from ingestion.sources.salesforce.client import SalesforceClient
from tests.ingestion.api.org import Desk, differences, rows_landed
from tests.ingestion.api.portal import write_parquet

KINDS = (
    "too_many_requests",
    "server_error",
    "connection_reset",
    "truncated_json",
    "wrong_content_type",
    "error_body_with_200",
)


@pytest.mark.parametrize("bulk_from", [1, 20_000])
@pytest.mark.parametrize("kind", KINDS)
def test_a_third_of_the_calls_fails(sf: Desk, kind: str, bulk_from: int) -> None:
    for number in range(60):
        sf.org.deal(Name=f"Deal {number}")
    sf.faults.limit_status = 429
    setattr(sf.faults, kind, 0.33)
    extraction = sf.extract(bulk_from=bulk_from)
    assert sf.faults.given[kind] > 10
    assert differences(sf) == []
    assert rows_landed(extraction)["opportunity"] == 60
    assert not [check for check in extraction.checks if check.refuses]


def test_an_answer_that_is_too_slow_is_asked_for_again(sf: Desk) -> None:
    sf.org.deal()
    sf.faults.slow_seconds = 5.5
    sf.faults.script = [None, None, "slow"]
    sf.extract()
    assert sf.faults.given["slow"] == 1
    assert differences(sf) == []


def test_an_org_that_is_down_is_an_error_that_says_where(sf: Desk) -> None:
    sf.faults.server_error = 1.0
    with pytest.raises(SourceError, match="salesforce"):
        sf.extract()


def test_an_org_that_does_not_say_its_time_is_not_read_by_ours(
    sf: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.servers.salesforce.org.format_datetime", lambda *_, **__: "")
    with pytest.raises(SourceError, match="does not say its time"):
        sf.extract()


def test_a_refusal_tells_the_code_and_not_the_query(sf: Desk) -> None:
    settings = sf.settings(salesforce_version="12.0")
    with pytest.raises(SourceError, match="HTTP 404 NOT_FOUND") as caught:
        sf.extract(settings=settings)
    assert "SELECT" not in str(caught.value)


class Killed(Exception):
    """The process ends here."""


def test_a_kill_between_pages_loses_nothing_and_reads_little_twice(
    sf: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sf.server.switches.batch_size = sf.server.switches.smallest_batch = 20
    for number in range(200):
        sf.org.deal(Name=f"Deal {number}")
        sf.store.clock.tick(minutes=1)
    _kill_in(monkeypatch, at_landing=7)
    with pytest.raises(Killed):
        sf.extract(rows_per_package=20)
    monkeypatch.undo()
    _quick(monkeypatch)
    assert differences(sf) != []
    before = len(sf.landed("opportunity"))
    again = rows_landed(sf.extract())["opportunity"]
    assert differences(sf) == []
    assert 0 < before < 200
    assert again == 200 - before


def test_a_kill_between_pages_of_a_job_goes_on_with_the_job(
    sf: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.sources.salesforce.bulk.ROWS", 20)
    for number in range(200):
        sf.org.deal(Name=f"Deal {number}")
    _kill_in(monkeypatch, at_landing=7)
    with pytest.raises(Killed):
        sf.extract(bulk_from=100, rows_per_package=20)
    monkeypatch.undo()
    _quick(monkeypatch)
    jobs = len(sf.server.bulk.jobs)
    before = len(sf.landed("opportunity"))
    again = rows_landed(sf.extract(bulk_from=100))["opportunity"]
    assert differences(sf) == []
    assert jobs == 1
    assert again == 200 - before


def _kill_in(monkeypatch: pytest.MonkeyPatch, at_landing: int) -> None:
    """The process ends after what was read was landed so often, before it knows."""
    landings = 0

    def land(*args: Any) -> None:
        nonlocal landings
        landings += 1
        if landings == at_landing:
            raise Killed
        write_parquet(*args)

    monkeypatch.setattr("ingestion.api.sync.land", land)


def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.api.sync.land", write_parquet)
    monkeypatch.setattr("ingestion.api.sync.load_pending", lambda *_: None)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_stages_of_a_record_type_are_unknown_only_where_salesforce_refuses(
    sf: Desk, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """An outage would make every stage of the org one of the record type."""
    process = sf.store.insert("BusinessProcess", {"Name": "New", "IsActive": True})
    sf.store.process_stages[process] = ["Proposal", "Won"]
    values = {"Name": "New", "SobjectType": "Opportunity", "BusinessProcessId": process}
    record_type = sf.store.insert("RecordType", values)
    true = SalesforceClient.get

    def get(self: SalesforceClient, path: str, params: Any = None) -> Any:
        if path.startswith("ui-api"):
            raise Refused(f"salesforce: GET /{path}", status, "SOME_ERROR", "not now")
        return true(self, path, params)

    monkeypatch.setattr(SalesforceClient, "get", get)
    if status >= 500:
        with pytest.raises(SourceError, match="picklist-values"):
            sf.extract()
        assert sf.landed("record_type") == {}
    else:
        sf.extract()
        assert sf.landed("record_type")[record_type][1]["StageName"] == {"values": []}
