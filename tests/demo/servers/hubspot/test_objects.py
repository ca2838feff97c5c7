"""Reading records: pages, single ones, batches, histories."""

import pytest

from tests.demo.servers.hubspot.conftest import DEALS, Desk, ids, some_deals


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
