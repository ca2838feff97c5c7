"""HubSpot, read to its end whatever happens meanwhile: what is landed is what the portal has."""

from datetime import timedelta
from typing import Any

import pytest

from ingestion.api.client import ApiClient, SourceError
from ingestion.sources.hubspot.objects import SWEEP_EVERY
from ingestion.sources.hubspot.streams import streams
from ingestion.sources.registry import STREAMS
from jalur.errors import ConfigurationError
from tests.ingestion.api.portal import NOON, Desk, differences


def some_deals(desk: Desk, count: int) -> list[int]:
    return [
        desk.store.create("deals", {"dealname": f"Deal {n}", "dealstage": "new"})
        for n in range(count)
    ]


def test_everything_is_landed_once_and_then_only_what_changed(desk: Desk) -> None:
    ids = some_deals(desk, 230)
    desk.store.create("contacts", {"email": "a@example.org"})
    desk.store.clock.advance(3600)
    first = desk.extract()
    assert differences(desk) == []
    assert {e.entity: e.rows_landed for e in first.entities}["deals"] == 230
    assert not [check for check in first.checks if check.status == "failed"]
    desk.store.clock.advance(3600)
    desk.store.update("deals", ids[7], {"dealstage": "won"})
    second = desk.extract()
    assert differences(desk) == []
    assert {e.entity: e.rows_landed for e in second.entities}["deals"] == 1


def test_a_company_of_no_records_is_no_error(desk: Desk) -> None:
    extraction = desk.extract()
    assert not [check for check in extraction.checks if check.refuses]
    assert desk.landed("deals") == {}


def test_the_whole_history_comes_with_every_change(desk: Desk) -> None:
    (deal,) = some_deals(desk, 1)
    desk.extract()
    for stage in ("demo", "offer", "demo", "won"):
        desk.store.clock.advance(60)
        desk.store.update("deals", deal, {"dealstage": stage})
    desk.extract()
    _, payload = desk.landed("deals")[str(deal)]
    entries = payload["propertiesWithHistory"]["dealstage"]
    assert [entry["value"] for entry in entries] == ["won", "demo", "offer", "demo", "new"]


def test_archived_and_restored(desk: Desk) -> None:
    ids = some_deals(desk, 3)
    desk.extract()
    desk.store.clock.advance(3600)
    desk.store.archive("deals", ids[0])
    desk.store.archive("deals", ids[1])
    desk.extract()
    assert differences(desk) == []
    desk.store.clock.advance(3600)
    desk.store.restore("deals", ids[0])
    desk.extract()
    assert differences(desk) == []
    assert not desk.landed("deals")[str(ids[0])][0]


def test_a_merge_names_the_losers_and_they_are_no_more(desk: Desk) -> None:
    first, second = some_deals(desk, 2)
    desk.extract()
    desk.store.clock.advance(3600)
    winner = desk.store.merge("deals", first, second)
    desk.extract()
    _, payload = desk.landed("deals")[str(winner)]
    assert set(payload["properties"]["hs_merged_object_ids"].split(";")) == {
        str(first),
        str(second),
    }
    # No list tells that they are gone: the list of all does, after a week.
    desk.store.clock.advance(SWEEP_EVERY.total_seconds())
    desk.extract()
    assert differences(desk) == []


def test_what_was_erased_for_good_is_noticed_within_a_week(desk: Desk) -> None:
    ids = some_deals(desk, 120)
    desk.extract()
    desk.store.delete("deals", ids[50])
    desk.store.clock.advance(timedelta(days=1).total_seconds())
    desk.extract()
    assert differences(desk) == [f"deals {ids[50]} is gone and was landed as present"]
    desk.store.clock.advance(SWEEP_EVERY.total_seconds())
    extraction = desk.extract()
    assert differences(desk) == []
    assert {e.entity: e.rows_deleted for e in extraction.entities}["deals"] == 1


def test_five_thousand_records_of_one_moment(desk: Desk) -> None:
    ids = some_deals(desk, 5_000)
    desk.extract()
    desk.store.clock.advance(3600)
    for deal in ids:
        desk.store.update("deals", deal, {"dealstage": "demo"})
    extraction = desk.extract()
    assert differences(desk) == []
    assert {e.entity: e.rows_landed for e in extraction.entities}["deals"] == 5_000


def test_a_window_of_more_than_the_search_gives(desk: Desk) -> None:
    ids = [desk.store.create("companies", {"name": f"Company {n}"}) for n in range(10_300)]
    desk.extract()
    desk.store.clock.advance(3600)
    for company in ids:
        desk.store.update("companies", company, {"industry": "Mining"})
    extraction = desk.extract()
    assert differences(desk) == []
    assert {e.entity: e.rows_landed for e in extraction.entities}["companies"] == 10_300


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_hours_off(desk: Desk, hours: int) -> None:
    """The portal's clock stands at noon of a day; ours is months away from it in any case."""
    desk.store.clock.set(NOON + timedelta(hours=hours))
    ids = some_deals(desk, 60)
    desk.extract()
    for step in range(3):
        desk.store.clock.advance(60)
        desk.store.update("deals", ids[step], {"dealstage": f"stage{step}"})
        desk.extract()
        assert differences(desk) == []


def test_an_index_that_learns_late(desk: Desk) -> None:
    ids = some_deals(desk, 60)
    desk.extract()
    desk.server.portal.search_lag_seconds = 120
    desk.store.clock.advance(3600)
    desk.store.update("deals", ids[0], {"dealstage": "demo"})
    desk.store.clock.advance(10)
    desk.extract()
    assert differences(desk) != []
    desk.store.clock.advance(300)
    desk.extract()
    assert differences(desk) == []


def test_the_daily_limit_stops_cleanly_and_the_next_run_goes_on(desk: Desk) -> None:
    some_deals(desk, 400)
    desk.server.portal.limits.daily = 9
    extraction = desk.extract()
    (whole,) = [check for check in extraction.checks if check.check_name == "source_read_whole"]
    assert whole.refuses
    assert "quota of calls" in whole.detail
    assert "deals" in whole.detail
    desk.server.portal.limits.daily = None
    again = desk.extract()
    assert differences(desk) == []
    landed = sum(
        {e.entity: e.rows_landed for e in part.entities}["deals"] for part in (extraction, again)
    )
    assert landed == 400


def test_a_property_that_is_not_there_is_told(desk: Desk) -> None:
    some_deals(desk, 1)
    desk.fields = "deals.competitor=main_rival"
    with pytest.raises(ConfigurationError, match="deals of HubSpot have no property 'main_rival'"):
        desk.extract()
    desk.store.define("deals", "main_rival")
    desk.extract()
    assert len(desk.landed("deals")) == 1


def test_associations_come_and_go(desk: Desk) -> None:
    deal, other = some_deals(desk, 2)
    company = desk.store.create("companies", {"name": "Oak"})
    desk.store.associate("deals", deal, "companies", company, is_primary=True)
    desk.extract()
    assert list(desk.landed("deal_companies")) == [str(deal)]
    desk.store.clock.advance(3600)
    desk.store.dissociate("deals", deal, "companies", company)
    desk.store.update("deals", deal, {"dealname": "Other"})
    desk.store.associate("deals", other, "companies", company)
    desk.store.update("deals", other, {"dealname": "Another"})
    desk.extract()
    assert {k: v[0] for k, v in desk.landed("deal_companies").items()} == {
        str(deal): True,
        str(other): False,
    }


def test_the_registry_names_every_stream(desk: Desk) -> None:
    found = streams(None, desk.home, "2026-09")  # type: ignore[arg-type]
    assert tuple(stream.name for stream in found) == STREAMS["hubspot"]


def test_a_portal_that_hides_its_records_has_not_lost_them(desk: Desk) -> None:
    ids = some_deals(desk, 300)
    desk.extract()
    for deal in ids[:100]:
        desk.store.delete("deals", deal)
    desk.store.clock.advance(SWEEP_EVERY.total_seconds())
    with pytest.raises(SourceError, match="100 of 300 deals are not listed any more"):
        desk.extract()
    assert not any(is_deleted for is_deleted, _ in desk.landed("deals").values())
    desk.most_deletions = 1
    desk.extract()
    assert differences(desk) == []


def test_what_is_listed_and_was_never_landed_comes_with_the_sweep(desk: Desk) -> None:
    some_deals(desk, 60)
    desk.extract()
    # The index of the search learns of it later than any lookback.
    desk.server.portal.search_lag_seconds = 7200
    late = desk.store.create("deals", {"dealname": "Late"})
    desk.store.clock.advance(3600)
    desk.extract()
    desk.server.portal.search_lag_seconds = 0
    assert str(late) not in desk.landed("deals")
    desk.store.clock.advance(SWEEP_EVERY.total_seconds())
    desk.extract()
    assert str(late) in desk.landed("deals")


def test_an_association_that_is_empty_is_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (deal,) = some_deals(desk, 1)
    company = desk.store.create("companies", {"name": "Oak"})
    desk.store.associate("deals", deal, "companies", company)
    desk.extract()
    true = ApiClient.post

    def emptied(self: ApiClient, path: str, *arguments: Any, **named: Any) -> Any:
        answer = true(self, path, *arguments, **named)
        if "associations" in path:
            for result in answer.body["results"]:
                result["to"] = []
        return answer

    monkeypatch.setattr(ApiClient, "post", emptied)
    desk.store.clock.advance(3600)
    desk.store.update("deals", deal, {"dealname": "Other"})
    desk.extract()
    assert desk.landed("deal_companies")[str(deal)][0]
