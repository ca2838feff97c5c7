"""Pipelines, stages, owners, properties, the account, and marketing."""

import pytest

from demo.servers.hubspot.directory import Owner, Pipeline, Stage
from demo.servers.hubspot.marketing_store import Asset, Campaign, Money, Submission
from tests.demo.servers.hubspot.conftest import NOON, Desk

AT = int(NOON.timestamp() * 1000)
PIPELINES = "/crm/pipelines/2026-09/deals"


@pytest.fixture
def pipeline(desk: Desk) -> Pipeline:
    stages = [
        Stage("won", "Won", 2, "1.0", True, AT, AT),
        Stage("offer", "Offer", 1, "0.4", False, AT, AT),
    ]
    made = Pipeline("new", "New business", 0, AT, AT, stages)
    desk.store.directory.add_pipeline("deals", made)
    desk.store.clock.advance(60)
    return made


def add_owners(desk: Desk, count: int) -> None:
    for n in range(1, count + 1):
        owner = Owner(n, f"{n}@x.example", "Ada", "Li", 70 + n, AT, AT, [(9, "North")])
        desk.store.directory.add_owner(owner)


def test_stages_come_in_order_with_metadata_as_text(desk: Desk, pipeline: Pipeline) -> None:
    (shown,) = desk.get(PIPELINES)["results"]
    assert (shown["id"], shown["label"]) == ("new", "New business")
    assert [stage["id"] for stage in shown["stages"]] == ["offer", "won"]
    assert shown["stages"][1]["metadata"] == {"isClosed": "true", "probability": "1.0"}
    assert desk.get("/crm/v3/pipelines/deals/new") == shown
    assert desk.ask(f"{PIPELINES}/old").status_code == 404


def test_a_renamed_stage_keeps_its_id_and_tells_in_the_audit(
    desk: Desk, pipeline: Pipeline
) -> None:
    desk.store.directory.rename_stage("deals", "new", "offer", "Proposal")
    shown = desk.get(f"{PIPELINES}/new/stages/offer")
    assert (shown["label"], shown["updatedAt"]) == ("Proposal", "2026-03-02T12:01:00Z")
    edits = desk.get(f"{PIPELINES}/new/stages/offer/audit")["results"]
    told = [(each["action"], each["rawObject"]["label"]) for each in edits]
    assert told == [("UPDATE", "Proposal"), ("CREATE", "Offer")]


def test_archived_stages_and_pipelines_are_lists_of_their_own(
    desk: Desk, pipeline: Pipeline
) -> None:
    desk.store.directory.archive_stage("deals", "new", "offer")
    (shown,) = desk.get(PIPELINES)["results"]
    assert [stage["id"] for stage in shown["stages"]] == ["won"]
    (stage,) = desk.get(f"{PIPELINES}/new/stages", archived="true")["results"]
    assert (stage["id"], stage["archivedAt"]) == ("offer", "2026-03-02T12:01:00Z")
    desk.store.directory.archive_pipeline("deals", "new")
    assert desk.get(PIPELINES)["results"] == []
    assert desk.get(PIPELINES, archived="true")["results"][0]["archived"] is True


def test_owners_come_in_pages(desk: Desk) -> None:
    add_owners(desk, 3)
    first = desk.get("/crm/owners/2026-09", limit=2)
    assert [each["id"] for each in first["results"]] == ["1", "2"]
    rest = desk.get("/crm/v3/owners/", after=first["paging"]["next"]["after"])
    assert [each["id"] for each in rest["results"]] == ["3"]
    assert "paging" not in rest
    assert first["results"][0]["teams"] == [{"id": "9", "name": "North", "primary": True}]
    (found,) = desk.get("/crm/owners/2026-09", email="2@x.example")["results"]
    assert found["id"] == "2"
    assert desk.get("/crm/owners/2026-09/72", idProperty="userId") == found
    assert desk.ask("/crm/owners/2026-09", limit=501).status_code == 400


def test_an_archived_owner_has_only_its_inactive_user_id(desk: Desk) -> None:
    add_owners(desk, 2)
    desk.store.directory.archive_owner(1)
    assert [each["id"] for each in desk.get("/crm/owners/2026-09")["results"]] == ["2"]
    (gone,) = desk.get("/crm/owners/2026-09", archived="true")["results"]
    assert (gone["id"], gone["userId"], gone["userIdIncludingInactive"]) == ("1", None, 71)
    assert desk.ask("/crm/owners/2026-09/1").status_code == 404
    assert desk.get("/crm/owners/2026-09/1", archived="true") == gone


def test_properties_tell_their_types_and_whose_they_are(desk: Desk) -> None:
    desk.store.define("deals", "budget_holder", "enumeration")
    shown = {each["name"]: each for each in desk.get("/crm/properties/2026-09/deals")["results"]}
    assert (shown["amount"]["type"], shown["amount"]["hubspotDefined"]) == ("number", True)
    custom = shown["budget_holder"]
    assert (custom["fieldType"], custom["hubspotDefined"]) == ("select", False)
    assert desk.get("/crm/v3/properties/deals/budget_holder") == custom
    assert desk.ask("/crm/properties/2026-09/deals/nonsense").status_code == 404


def test_the_account_counts_its_calls(desk: Desk) -> None:
    desk.get("/crm/owners/2026-09")
    for path in ("/account-info/2026-09", "/account-info/v3"):
        (usage,) = desk.get(f"{path}/api-usage/daily/private-apps")["results"]
        assert usage["usageLimit"] == 1_000_000
        assert usage["resetsAt"] == "2026-03-03T00:00:00Z"
    assert usage["currentUsage"] == 3
    assert desk.get("/account-info/2026-09/details")["companyCurrency"] == "USD"


def test_campaigns_with_their_money(desk: Desk) -> None:
    for n in range(3):
        budget, spend = [Money(1, "Budget", 100.0, AT)], [Money(2, "May", 60.5, AT)]
        campaign = Campaign(f"c{n}", {"hs_name": f"No {n}"}, AT, AT, budget, spend)
        desk.store.marketing.campaigns.append(campaign)
    first = desk.get("/marketing/campaigns/2026-09", limit=2, properties="hs_name,hs_start_date")
    assert (first["total"], first["paging"]["next"]["after"]) == (3, "2")
    assert first["results"][0]["properties"] == {"hs_name": "No 0"}
    rest = desk.get("/marketing/v3/campaigns", after="2")
    assert [(each["id"], each["properties"]) for each in rest["results"]] == [("c2", {})]
    money = desk.get("/marketing/campaigns/2026-09/c1/budget/totals")
    assert (money["budgetTotal"], money["spendTotal"], money["remainingBudget"]) == (
        100,
        60.5,
        39.5,
    )
    assert money["spendItems"][0]["name"] == "May"
    assert desk.ask("/marketing/campaigns/2026-09/c9").status_code == 404


def test_marketing_emails_and_forms(desk: Desk) -> None:
    desk.store.marketing.emails.append(Asset("1", "News", AT, AT, {"subject": "Hello"}))
    desk.store.marketing.forms.append(Asset("f", "Contact", AT, AT, archived=True))
    (email,) = desk.get("/marketing/emails/2026-09")["results"]
    assert (email["name"], email["subject"]) == ("News", "Hello")
    desk.store.marketing.emails[0].counters = {"sent": 3, "open": 2}
    asked = {"includeStats": "true", "includedProperties": "name,stats"}
    (email,) = desk.get("/marketing/emails/2026-09", **asked)["results"]
    counters = {"counters": {"sent": 3, "open": 2}, "ratios": {}}
    assert email == {"id": "1", "name": "News", "stats": counters}
    assert desk.get("/marketing/v3/forms/")["results"] == []
    assert desk.get("/marketing/forms/2026-09", archived="true")["results"][0]["id"] == "f"


def test_submissions_of_a_form_come_newest_first(desk: Desk) -> None:
    desk.store.marketing.forms.append(Asset("f", "Contact", AT, AT))
    desk.store.marketing.submissions += [
        Submission(f"s{n}", "f", AT + n, {"email": f"{n}@example.org"}) for n in range(3)
    ]
    path = "/form-integrations/v1/submissions/forms/f"
    first = desk.get(path, limit=2)
    assert [each["conversionId"] for each in first["results"]] == ["s2", "s1"]
    assert first["results"][0]["values"][0]["value"] == "2@example.org"
    (last,) = desk.get(path, limit=2, after=first["paging"]["next"]["after"])["results"]
    assert last["submittedAt"] == AT
    assert desk.ask("/form-integrations/v1/submissions/forms/g").status_code == 404
