"""Salesforce, read to its end whatever happens meanwhile: what is landed is what the org has."""

from datetime import timedelta

import pytest

from ingestion.sources.registry import STREAMS
from ingestion.sources.salesforce.objects import SWEEP_EVERY
from ingestion.sources.salesforce.streams import streams
from tests.ingestion.api.org import Desk, differences, rows_landed


def some_deals(sf: Desk, count: int) -> list[str]:
    return [sf.org.deal(Name=f"Deal {n}") for n in range(count)]


def test_everything_is_landed_once_and_then_only_what_changed(sf: Desk) -> None:
    sf.server.switches.batch_size = 50
    ids = some_deals(sf, 230)
    sf.store.insert("Lead", {"Name": "Ada", "Status": "New"})
    sf.store.clock.tick(hours=1)
    first = sf.extract()
    assert differences(sf) == []
    assert rows_landed(first)["opportunity"] == 230
    assert not [check for check in first.checks if check.status == "failed"]
    sf.store.clock.tick(hours=1)
    sf.store.update("Opportunity", ids[7], {"StageName": "Won"})
    second = sf.extract()
    assert differences(sf) == []
    assert rows_landed(second)["opportunity"] == 1
    assert rows_landed(second)["opportunity_history"] == 1


def test_an_org_of_no_deals_is_no_error(sf: Desk) -> None:
    extraction = sf.extract()
    assert not [check for check in extraction.checks if check.refuses]
    assert sf.landed("opportunity") == {}


def test_five_thousand_records_of_one_moment(sf: Desk) -> None:
    sf.extract()
    sf.store.clock.tick(hours=1)
    some_deals(sf, 5_000)
    sf.store.clock.tick(hours=1)
    extraction = sf.extract()
    assert differences(sf) == []
    assert rows_landed(extraction)["opportunity"] == 5_000
    assert rows_landed(extraction)["opportunity_field_history"] == 5_000


def test_deleted_and_undeleted(sf: Desk) -> None:
    ids = some_deals(sf, 3)
    sf.extract()
    sf.store.clock.tick(hours=1)
    sf.store.delete("Opportunity", ids[0])
    sf.store.delete("Opportunity", ids[1])
    sf.extract()
    assert differences(sf) == []
    assert [sf.landed("opportunity")[each][0] for each in ids] == [True, True, False]
    # What a deleted deal went through stays.
    assert not any(is_deleted for is_deleted, _ in sf.landed("opportunity_history").values())
    sf.store.clock.tick(hours=1)
    sf.store.undelete("Opportunity", ids[0])
    sf.extract()
    assert differences(sf) == []
    assert [sf.landed("opportunity")[each][0] for each in ids] == [False, True, False]


def test_what_was_deleted_before_the_first_reading_is_known_as_deleted(sf: Desk) -> None:
    (deal,) = some_deals(sf, 1)
    sf.store.delete("Opportunity", deal)
    sf.extract()
    assert sf.landed("opportunity")[deal][0]
    assert len(sf.landed("opportunity_history")) == 1


def test_what_was_erased_for_good_is_noticed_within_a_week(sf: Desk) -> None:
    ids = some_deals(sf, 120)
    sf.extract()
    sf.store.hard_delete("Opportunity", ids[50])
    sf.store.clock.tick(days=1)
    sf.extract()
    assert differences(sf) == [f"Opportunity {ids[50]} is gone and was landed as present"]
    sf.store.clock.tick(days=SWEEP_EVERY.days)
    extraction = sf.extract()
    assert differences(sf) == []
    assert {e.entity: e.rows_deleted for e in extraction.entities}["opportunity"] == 1
    assert len(sf.landed("opportunity_history")) == 120


def test_field_history_that_salesforce_throws_away_stays_here(sf: Desk) -> None:
    some_deals(sf, 3)
    sf.extract()
    sf.store.clock.tick(days=800)
    assert sf.store.purge_field_history(540) == 3
    sf.extract()
    assert [is_deleted for is_deleted, _ in sf.landed("opportunity_field_history").values()] == [
        False
    ] * 3


def test_merged_accounts_point_at_the_one_that_is_left(sf: Desk) -> None:
    other = sf.store.insert("Account", {"Name": "Acme Ltd"})
    deal = sf.org.deal(AccountId=other)
    sf.extract()
    sf.store.clock.tick(hours=1)
    sf.store.merge("Account", sf.org.account, other)
    sf.extract()
    assert differences(sf) == []
    is_deleted, payload = sf.landed("account")[other]
    assert (is_deleted, payload["MasterRecordId"]) == (True, sf.org.account)
    assert sf.landed("opportunity")[deal][1]["AccountId"] == sf.org.account


def test_edits_between_pages_lose_nothing(sf: Desk) -> None:
    """A record that is edited while its page waits leaves the window and comes with the next."""
    sf.server.switches.batch_size = sf.server.switches.smallest_batch = 20
    ids = some_deals(sf, 200)
    sf.store.clock.tick(hours=1)

    def edit() -> None:
        sf.store.clock.tick(seconds=1)
        for deal in ids[::3]:
            sf.store.update("Opportunity", deal, {"StageName": "Contract"})
        some_deals(sf, 30)
        sf.store.delete("Opportunity", ids[1])

    for number in (40, 46, 50):
        sf.faults.before_call(number, edit if number == 40 else sf.store.clock.tick)
    sf.extract()
    assert differences(sf) != []
    sf.store.clock.tick(minutes=5)
    sf.extract()
    assert differences(sf) == []


def test_what_is_saved_late_is_read_within_the_lookback(sf: Desk) -> None:
    """A long transaction shows its records after a later time was read already."""
    sf.extract()
    began = sf.store.clock.now
    sf.store.clock.set(began - timedelta(seconds=599))
    some_deals(sf, 2)
    sf.store.clock.set(began + timedelta(hours=1))
    sf.extract()
    assert differences(sf) == []


def test_the_daily_limit_stops_cleanly_and_the_next_run_goes_on(sf: Desk) -> None:
    sf.server.switches.batch_size = sf.server.switches.smallest_batch = 20
    some_deals(sf, 400)
    sf.store.clock.tick(hours=1)
    sf.server.switches.request_limit = 40
    extraction = sf.extract()
    (whole,) = [check for check in extraction.checks if check.check_name == "source_read_whole"]
    assert whole.refuses
    assert "quota of calls" in whole.detail
    assert "opportunity" in whole.detail
    sf.server.switches.request_limit = 100_000
    again = sf.extract()
    assert differences(sf) == []
    landed = [rows_landed(part)["opportunity"] for part in (extraction, again)]
    assert landed[0] > 0
    assert sum(landed) == 400


@pytest.mark.parametrize("calls", [1, 7])
def test_an_expired_session_is_opened_anew(sf: Desk, calls: int) -> None:
    some_deals(sf, 3)
    sf.server.switches.session_calls = calls
    extraction = sf.extract()
    assert differences(sf) == []
    assert not [check for check in extraction.checks if check.refuses]


def test_the_registry_names_every_stream(sf: Desk) -> None:
    found = streams(None, sf.home)  # type: ignore[arg-type]
    assert tuple(stream.name for stream in found) == STREAMS["salesforce"]


def test_a_stage_that_was_gone_and_is_back_is_listed(sf: Desk) -> None:
    stages = sf.store.records["OpportunityStage"]
    stage, *_ = stages
    sf.extract()
    hidden = stages.pop(stage)
    sf.store.clock.tick(hours=1)
    sf.extract()
    assert sf.landed("opportunity_stage")[stage][0]
    stages[stage] = hidden
    for _ in range(2):
        sf.store.clock.tick(hours=1)
        sf.extract()
        assert not sf.landed("opportunity_stage")[stage][0]


def test_what_is_there_and_was_never_landed_comes_with_the_sweep(sf: Desk) -> None:
    """Its time is old: the user of the extraction was allowed to see it only now."""
    shown, hidden = some_deals(sf, 2)
    records = sf.store.records["Opportunity"]
    seen_later = records.pop(hidden)
    sf.store.clock.tick(days=1)
    sf.extract()
    was_seen = records.pop(shown)
    sf.store.clock.tick(days=SWEEP_EVERY.days)
    sf.extract()
    assert {key: gone for key, (gone, _) in sf.landed("opportunity").items()} == {shown: True}
    records |= {hidden: seen_later, shown: was_seen}
    sf.store.clock.tick(days=1)
    sf.extract()
    assert sf.landed("opportunity")[shown][0]
    sf.store.clock.tick(days=SWEEP_EVERY.days)
    extraction = sf.extract()
    assert rows_landed(extraction)["opportunity"] == 2
    assert differences(sf) == []
    assert rows_landed(sf.extract())["opportunity"] == 0
