"""Large first readings of Salesforce by jobs: all that is there, and pages where none go."""

import pytest

from tests.ingestion.api.org import Desk, differences, rows_landed


def deals(sf: Desk, count: int) -> list[str]:
    return [sf.org.deal(Name=f'Deal "{n}", a\nline; ü') for n in range(count)]


def test_a_job_brings_what_is_there_and_then_pages_what_changed(sf: Desk) -> None:
    ids = deals(sf, 90)
    sf.store.delete("Opportunity", ids[3])
    sf.store.clock.tick(hours=1)
    extraction = sf.extract(bulk_from=90)
    assert differences(sf) == []
    assert rows_landed(extraction)["opportunity"] == 90
    assert sf.server.switches.paths["jobs"] > 0
    # What was read is not kept there.
    assert sf.server.bulk.jobs == {}
    payload = sf.landed("opportunity")[ids[0]][1]
    assert payload["Amount"] == "1000.0"
    assert payload["Competitor__c"] == ""
    sf.store.clock.tick(hours=1)
    sf.store.update("Opportunity", ids[7], {"StageName": "Won"})
    jobs = sf.server.switches.paths["jobs"]
    second = sf.extract(bulk_from=1)
    assert differences(sf) == []
    assert rows_landed(second)["opportunity"] == 1
    assert sf.server.switches.paths["jobs"] == jobs
    # That CSV knows only texts is no news about the fields.
    told = [c for c in second.checks if c.check_name == "opportunity_fields_as_before"]
    assert [(check.status, check.detail) for check in told] == [("passed", "")]


def test_pages_of_a_job(sf: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.sources.salesforce.bulk.ROWS", 7)
    deals(sf, 90)
    sf.server.switches.bulk_polls = 4
    extraction = sf.extract(bulk_from=1)
    assert differences(sf) == []
    assert rows_landed(extraction)["opportunity"] == 90
    assert sf.server.switches.paths["jobs"] > 90 / 7


def test_where_jobs_fail_pages_bring_all(sf: Desk) -> None:
    deals(sf, 90)
    sf.server.switches.bulk_failure = "the server is tired"
    extraction = sf.extract(bulk_from=90)
    assert differences(sf) == []
    assert rows_landed(extraction)["opportunity"] == 90


def test_a_query_that_is_too_long_for_an_address_is_always_a_job(
    sf: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.sources.salesforce.soql.LONGEST_QUERY", 300)
    ids = deals(sf, 9)
    sf.store.clock.tick(hours=1)
    sf.extract()
    assert differences(sf) == []
    jobs = sf.server.switches.paths["jobs"]
    assert jobs > 0
    sf.store.clock.tick(hours=1)
    sf.store.update("Opportunity", ids[7], {"StageName": "Won"})
    second = sf.extract()
    assert differences(sf) == []
    assert rows_landed(second)["opportunity"] == 1
    assert sf.server.switches.paths["jobs"] > jobs


def test_few_records_need_no_job(sf: Desk) -> None:
    deals(sf, 89)
    sf.extract(bulk_from=90)
    assert sf.server.switches.paths["jobs"] == 0


def test_edits_while_a_job_is_read_come_with_the_next_reading(sf: Desk) -> None:
    ids = deals(sf, 90)

    def edit() -> None:
        sf.store.clock.tick(seconds=2)
        for deal in ids[::2]:
            sf.store.update("Opportunity", deal, {"StageName": "Contract"})

    for number in range(20, 60, 5):
        sf.faults.before_call(number, edit if number == 40 else sf.store.clock.tick)
    sf.extract(bulk_from=90)
    sf.store.clock.tick(minutes=1)
    sf.extract(bulk_from=90)
    assert differences(sf) == []
