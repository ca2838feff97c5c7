"""Reading records: pages, single ones, batches, histories, recycling bin, merges."""

import pytest

from tests.demo.servers.hubspot.conftest import Desk

DEALS = "/crm/objects/2026-09/deals"


def some_deals(desk: Desk, count: int) -> list[int]:
    return [desk.store.create("deals", {"dealname": f"Deal {n}"}) for n in range(count)]


def ids(answer: dict[str, list[dict[str, str]]]) -> list[int]:
    return [int(each["id"]) for each in answer["results"]]


@pytest.mark.parametrize("path", [DEALS, "/crm/objects/2026-03/0-3", "/crm/v3/objects/deals"])
def test_a_record_has_its_defaults_in_every_version(desk: Desk, path: str) -> None:
    desk.store.create("deals", {"dealname": "One", "amount": "12.50"})
    (deal,) = desk.get(path)["results"]
    assert deal["properties"] == {
        "amount": "12.50",
        "closedate": None,
        "createdate": "2026-03-02T12:00:00Z",
        "dealname": "One",
        "dealstage": None,
        "hs_lastmodifieddate": "2026-03-02T12:00:00Z",
        "hs_object_id": deal["id"],
        "pipeline": None,
    }
    assert (deal["createdAt"], deal["archived"]) == ("2026-03-02T12:00:00Z", False)
    assert "archivedAt" not in deal


@pytest.mark.parametrize("version", ["v3", "2026", "2026-13", "latest"])
def test_other_versions_are_not_served(desk: Desk, version: str) -> None:
    assert desk.ask(f"/crm/objects/{version}/deals").status_code == 404


def test_pages_go_by_the_last_id_that_was_read(desk: Desk) -> None:
    made = some_deals(desk, 5)
    first = desk.get(DEALS, limit=2)
    assert ids(first) == made[:2]
    assert first["paging"]["next"]["after"] == str(made[1])
    # Between two pages one that was read goes, one that was not goes, and a new one comes.
    desk.store.archive("deals", made[0])
    desk.store.archive("deals", made[2])
    (new,) = some_deals(desk, 1)
    second = desk.get(DEALS, limit=3, after=first["paging"]["next"]["after"])
    assert ids(second) == [made[3], made[4], new]
    assert "paging" not in second


def test_pages_have_limits_that_histories_make_smaller(desk: Desk) -> None:
    some_deals(desk, 11)
    assert len(desk.get(DEALS)["results"]) == 10
    assert desk.ask(DEALS, limit=100).status_code == 200
    assert desk.ask(DEALS, limit=101).json()["category"] == "VALIDATION_ERROR"
    assert desk.ask(DEALS, limit=50, propertiesWithHistory="amount").status_code == 200
    assert desk.ask(DEALS, limit=51, propertiesWithHistory="amount").status_code == 400


def test_properties_are_those_asked_for(desk: Desk) -> None:
    desk.store.create("deals", {"dealname": "One"})
    (deal,) = desk.get(DEALS, properties="dealname,amount,nonsense")["results"]
    assert deal["properties"] == {
        "amount": None,
        "createdate": "2026-03-02T12:00:00Z",
        "dealname": "One",
        "hs_lastmodifieddate": "2026-03-02T12:00:00Z",
        "hs_object_id": deal["id"],
    }
    repeated = desk.get(DEALS, properties=["dealname", "amount"])["results"]
    assert repeated == [deal]


def test_a_history_is_newest_first_with_who_and_when(desk: Desk) -> None:
    deal = desk.store.create("deals", {"dealstage": "discovery"})
    desk.store.clock.advance(0.5)
    desk.store.update("deals", deal, {"dealstage": "proposal"}, user_id=7)
    desk.store.update("deals", deal, {"dealstage": "proposal"})
    shown = desk.get(f"{DEALS}/{deal}", propertiesWithHistory="dealstage,nonsense")
    assert shown["properties"]["dealstage"] == "proposal"
    assert shown["propertiesWithHistory"] == {
        "dealstage": [
            {
                "value": "proposal",
                "timestamp": "2026-03-02T12:00:00.500Z",
                "sourceType": "CRM_UI",
                "sourceId": "userId:7",
                "updatedByUserId": 7,
            },
            {"value": "discovery", "timestamp": "2026-03-02T12:00:00Z", "sourceType": "CRM_UI"},
        ]
    }
    assert shown["updatedAt"] == "2026-03-02T12:00:00.500Z"


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
    assert desk.get(f"{DEALS}/{gone}")["updatedAt"] == "2026-03-02T12:01:00Z"


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


def test_a_batch_tells_what_is_missing(desk: Desk) -> None:
    made = some_deals(desk, 2)
    inputs = [{"id": str(each)} for each in (*made, 999)]
    answer = desk.send(f"{DEALS}/batch/read", inputs=inputs[:2], properties=["dealname"])
    assert (answer.status_code, answer.json()["status"]) == (200, "COMPLETE")
    assert ids(answer.json()) == made
    answer = desk.send(f"{DEALS}/batch/read", inputs=inputs)
    assert (answer.status_code, answer.json()["numErrors"]) == (207, 1)
    assert answer.json()["errors"][0]["context"] == {"ids": ["999"]}
    assert ids(answer.json()) == made


def test_a_batch_has_limits(desk: Desk) -> None:
    inputs = [{"id": str(each)} for each in some_deals(desk, 101)]
    path = f"{DEALS}/batch/read"
    assert desk.send(path, inputs=inputs[:100]).status_code == 200
    assert desk.send(path, inputs=inputs).status_code == 400
    history = ["amount"]
    assert desk.send(path, inputs=inputs[:50], propertiesWithHistory=history).status_code == 200
    assert desk.send(path, inputs=inputs[:51], propertiesWithHistory=history).status_code == 400
    assert desk.send(path).status_code == 400


def test_a_batch_goes_by_another_property(desk: Desk) -> None:
    contact = desk.store.create("contacts", {"email": "a@b.example"})
    answer = desk.send(
        "/crm/objects/2026-09/contacts/batch/read",
        inputs=[{"id": "a@b.example"}],
        idProperty="email",
    )
    assert ids(answer.json()) == [contact]


def test_engagements_and_contacts_name_their_times_otherwise(desk: Desk) -> None:
    desk.store.create("calls", {"hs_call_duration": "1000"})
    desk.store.create("contacts", {"email": "a@b.example"})
    (call,) = desk.get("/crm/objects/2026-09/calls")["results"]
    assert set(call["properties"]) == {"hs_createdate", "hs_lastmodifieddate", "hs_object_id"}
    (contact,) = desk.get("/crm/objects/2026-09/contacts")["results"]
    assert "lastmodifieddate" in contact["properties"]
    assert "hs_lastmodifieddate" not in contact["properties"]


def test_unknown_types_and_broken_bodies_are_refused(desk: Desk) -> None:
    assert desk.ask("/crm/objects/2026-09/unicorns").status_code == 400
    answer = desk.session.post(f"{desk.url}{DEALS}/search", data="{", timeout=10)
    assert answer.json()["category"] == "VALIDATION_ERROR"


def test_a_url_can_be_too_long(desk: Desk) -> None:
    assert desk.ask(DEALS, properties="a" * 9_000).status_code == 414


def test_the_date_header_is_the_portals_time(desk: Desk) -> None:
    assert desk.ask(DEALS).headers["Date"] == "Mon, 02 Mar 2026 12:00:00 GMT"
    desk.server.faults.script = ["server_error"]
    answer = desk.ask(DEALS)
    assert answer.status_code >= 500
    assert answer.headers["Date"] == "Mon, 02 Mar 2026 12:00:00 GMT"


def test_the_world_changes_between_two_pages(desk: Desk) -> None:
    made = some_deals(desk, 3)
    desk.server.faults.before_call(2, lambda: desk.store.delete("deals", made[1]))
    first = desk.get(DEALS, limit=1)
    after = first["paging"]["next"]["after"]
    assert ids(desk.get(DEALS, after=after)) == [made[2]]
