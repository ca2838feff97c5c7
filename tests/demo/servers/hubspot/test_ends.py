"""How records end: in the recycling bin, deleted for good, or merged."""

from tests.demo.servers.hubspot.conftest import DEALS, Desk, ids, some_deals


def test_the_recycling_bin_is_a_list_of_its_own(desk: Desk) -> None:
    kept, gone = some_deals(desk, 2)
    desk.store.clock.advance(60)
    desk.store.archive("deals", gone)
    assert ids(desk.get(DEALS)) == [kept]
    (shown,) = desk.get(DEALS, archived="true")["results"]
    assert (shown["id"], shown["archived"]) == (str(gone), True)
    assert shown["archivedAt"] == "2026-03-02T12:01:00Z"
    assert shown["updatedAt"] == "2026-03-02T12:00:00Z"
    assert desk.ask(f"{DEALS}/{gone}").status_code == 404
    assert desk.get(f"{DEALS}/{gone}", archived="true") == shown
    desk.store.restore("deals", gone)
    assert ids(desk.get(DEALS)) == [kept, gone]
    shown = desk.get(f"{DEALS}/{gone}")
    assert shown["updatedAt"] == "2026-03-02T12:01:00Z"
    assert "archivedAt" not in shown


def test_the_recycling_bin_can_forget(desk: Desk) -> None:
    (gone,) = some_deals(desk, 1)
    desk.store.archive("deals", gone)
    desk.server.portal.bin_days = 90
    desk.store.clock.advance(90 * 86_400 - 1)
    assert ids(desk.get(DEALS, archived="true")) == [gone]
    desk.store.clock.advance(1)
    assert ids(desk.get(DEALS, archived="true")) == []
    assert desk.ask(f"{DEALS}/{gone}", archived="true").status_code == 404


def test_what_is_deleted_for_good_is_nowhere(desk: Desk) -> None:
    (deal,) = some_deals(desk, 1)
    desk.store.delete("deals", deal)
    for archived in ("true", "false"):
        assert desk.get(DEALS, archived=archived)["results"] == []
        assert desk.ask(f"{DEALS}/{deal}", archived=archived).status_code == 404


def test_a_merge_makes_a_new_record_that_both_old_ids_lead_to(desk: Desk) -> None:
    store = desk.store
    first = store.create("deals", {"dealname": "One", "amount": "1"})
    second = store.create("deals", {"dealname": "Two", "closed_lost_reason": "Price"})
    store.clock.advance(10)
    store.update("deals", second, {"dealname": "Too"})
    store.clock.advance(10)
    merged = store.merge("deals", first, second)
    assert ids(desk.get(DEALS)) == [merged]
    asked = "dealname,amount,closed_lost_reason,hs_merged_object_ids"
    for old in (first, second):
        shown = desk.get(f"{DEALS}/{old}", properties=asked, propertiesWithHistory="dealname")
        assert shown["id"] == str(merged)
        assert shown["properties"]["hs_merged_object_ids"] == f"{first};{second}"
        assert shown["properties"]["amount"] == "1"
        assert shown["properties"]["closed_lost_reason"] == "Price"
        history = shown["propertiesWithHistory"]["dealname"]
        assert [(each["value"], each["sourceType"]) for each in history] == [
            ("One", "MERGE_OBJECTS"),
            ("Too", "CRM_UI"),
            ("One", "CRM_UI"),
        ]
        assert shown["updatedAt"] == "2026-03-02T12:00:20Z"


def test_a_merge_can_keep_the_primary_id(desk: Desk) -> None:
    first, second = some_deals(desk, 2)
    assert desk.store.merge("deals", first, second, keep_id=True) == first
    shown = desk.get(f"{DEALS}/{second}", properties="hs_merged_object_ids")
    assert (shown["id"], shown["properties"]["hs_merged_object_ids"]) == (str(first), str(second))
