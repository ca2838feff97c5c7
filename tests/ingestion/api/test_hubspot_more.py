"""What belongs to deals in HubSpot, and what marketing did: landed, kept up to date, told."""

from typing import Any

import pytest

from demo.servers.hubspot.marketing_store import Asset, Campaign, Money, Submission
from ingestion.sources.hubspot.object_calls import REST
from tests.ingestion.api.portal import NOON, Desk

AT = int(NOON.timestamp() * 1000)
DAY = 86_400


def landed_now(extraction: Any) -> dict[str, int]:
    """By stream what an extraction landed, where it landed anything."""
    return {e.entity: e.rows_landed for e in extraction.entities if e.rows_landed}


def test_activities_come_with_their_deals_and_contacts(desk: Desk) -> None:
    store = desk.store
    deal, other = (store.create("deals", {"dealname": name}) for name in "ab")
    contact = store.create("contacts", {"email": "a@example.org"})
    call = store.create("calls", {"hs_timestamp": "2026-03-01T10:00:00Z", "hs_call_body": "Secret"})
    task = store.create("tasks", {"hs_timestamp": "2026-03-09T10:00:00Z"})
    store.associate("calls", call, "deals", deal)
    store.associate("calls", call, "contacts", contact)
    store.associate("tasks", task, "deals", other)
    store.clock.advance(3600)
    desk.extract()
    assert desk.landed("calls").keys() == {str(call)}
    assert "Secret" not in str(desk.landed("calls"))
    found = {k: v[1]["to"][0]["toObjectId"] for k, v in desk.landed("activity_deals").items()}
    assert found == {str(call): str(deal), str(task): str(other)}
    assert desk.landed("activity_contacts").keys() == {str(call)}
    # Later only what changed, archived ones among it.
    store.clock.advance(3600)
    store.update("calls", call, {"hs_call_status": "COMPLETED"})
    store.archive("tasks", task)
    again = landed_now(desk.extract())
    assert again == {"calls": 1, "tasks": 1, "activity_deals": 1, "activity_contacts": 1}
    assert desk.landed("tasks")[str(task)][0]


def test_what_a_portal_has_not_is_asked_for_once_a_day(desk: Desk) -> None:
    desk.store.create("deals", {"dealname": "a"})
    desk.store.clock.advance(3600)
    desk.extract()
    note = desk.store.create("notes", {"hs_timestamp": "2026-03-02T12:00:00Z"})
    desk.store.clock.advance(3600)
    before = desk.server.faults.calls
    desk.extract()
    quiet = desk.server.faults.calls - before
    # Pipelines, owners twice, and of three types what is new and what is archived.
    assert quiet == 9
    assert desk.landed("notes") == {}
    desk.store.clock.advance(REST.total_seconds())
    desk.extract()
    assert desk.landed("notes").keys() == {str(note)}


def test_campaigns_are_landed_again_with_their_money_when_that_changes(desk: Desk) -> None:
    campaigns = desk.store.marketing.campaigns
    for n in range(3):
        known = {"hs_name": f"No {n}", "hs_spend_items_sum_amount": "60.5"}
        money = [Money(2, "May", 60.5, AT)]
        campaigns.append(Campaign(f"c{n}", known, AT, AT, [Money(1, "Budget", 100.0, AT)], money))
    assert landed_now(desk.extract())["campaign_budgets"] == 3
    desk.store.clock.advance(DAY)
    campaigns[1].spend.append(Money(3, "June", 10.0, AT + DAY * 1000))
    campaigns[1].properties["hs_spend_items_sum_amount"] = "70.5"
    del campaigns[2]
    again = desk.extract()
    assert landed_now(again)["campaign_budgets"] == 1
    assert desk.landed("campaign_budgets")["c1"][1]["spendTotal"] == 70.5
    gone = {name: is_deleted for name, (is_deleted, _) in desk.landed("campaigns").items()}
    assert gone == {"c0": False, "c1": False, "c2": True}


def test_submissions_and_statistics_come_once_a_day(desk: Desk) -> None:
    marketing = desk.store.marketing
    marketing.forms.append(Asset("f", "Contact", AT, AT))
    marketing.emails.append(Asset("1", "News", AT, AT, {"subject": "Hello", "content": "..."}))
    send = marketing.submissions
    send += [Submission(f"s{n}", "f", AT - 10**6 - n, {"email": "a@b.org"}) for n in range(120)]
    # The search may not yet know who that was: it comes with the next reading.
    send.append(Submission("late", "f", AT - 60_000, {"email": "b@b.org"}))
    first = landed_now(desk.extract())
    assert first["form_submissions"] == 120
    assert desk.landed("marketing_emails")["1"][1]["stats"]["counters"] == {}
    assert "content" not in desk.landed("marketing_emails")["1"][1]
    desk.store.clock.advance(DAY)
    marketing.emails[0].counters = {"sent": 10, "open": 4}
    again = landed_now(desk.extract())
    assert again["form_submissions"] == 1
    assert "forms" not in again
    _, email = desk.landed("marketing_emails")["1"]
    assert email["stats"]["counters"]["open"] == 4
    _, late = desk.landed("form_submissions")["late"]
    assert (late["formGuid"], late["values"][0]["value"]) == ("f", "b@b.org")


def test_a_portal_without_marketing_is_read_with_a_warning(desk: Desk) -> None:
    desk.store.create("deals", {"dealname": "a"})
    scopes = {f"crm.objects.{kind}.read" for kind in ("deals", "contacts", "companies", "owners")}
    desk.token = "sales-only"
    desk.server.portal.tokens["sales-only"] = frozenset(scopes | {"crm.schemas.deals.read"})
    extraction = desk.extract()
    assert not [check for check in extraction.checks if check.refuses]
    told = {c.entity: c for c in extraction.checks if c.status == "failed"}
    assert set(told) == {
        "products", "line_items", "campaigns", "marketing_emails", "forms",
    }  # fmt: skip
    assert told["campaigns"].severity == "warning"
    assert "HTTP 403" in told["campaigns"].detail
    assert "Not read: campaigns" in told["campaigns"].detail
    assert len(desk.landed("deals")) == 1


@pytest.mark.parametrize("kind", ["products", "line_items", "calls"])
def test_other_types_are_swept_too(desk: Desk, kind: str) -> None:
    ids = [desk.store.create(kind, {"hs_object_id": ""}) for _ in range(3)]
    desk.extract()
    desk.store.delete(kind, ids[0])
    desk.store.clock.advance(DAY * 7)
    desk.extract()
    assert desk.landed(kind)[str(ids[0])][0]
