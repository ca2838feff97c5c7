"""What happens to records, and the history that Salesforce writes of it."""

from datetime import UTC, datetime

import pytest

from demo.servers.salesforce.errors import ApiError
from demo.servers.salesforce.ids import long_id
from tests.demo.servers.salesforce_org import START, small


def test_an_id_says_its_object_and_its_letter_case() -> None:
    # The example of the documentation of queries.
    assert long_id("001D000000IRFma") == "001D000000IRFmaIAH"
    assert long_id("001D000000IomazIAB") == "001D000000IomazIAB"
    org = small()
    ids = [org.deal(), org.deal()]
    assert all(each.startswith("006") and len(each) == 18 for each in ids)
    assert ids == sorted(set(ids))


def test_a_stage_decides_probability_and_forecast_unless_told_otherwise() -> None:
    org = small()
    deal = org.deal()
    org.store.update("Opportunity", deal, {"StageName": "Contract"})
    record = org.opportunity(deal)
    assert (record["Probability"], record["ExpectedRevenue"]) == (80.0, 800.0)
    # The API's value and the name that people see differ for this one.
    assert (record["ForecastCategory"], record["ForecastCategoryName"]) == ("Forecast", "Commit")
    org.store.update("Opportunity", deal, {"StageName": "Won", "Probability": 95.0})
    record = org.opportunity(deal)
    assert (record["IsClosed"], record["IsWon"], record["Probability"]) == (True, True, 95.0)


def test_stage_history_holds_values_after_each_change_of_four_fields() -> None:
    org = small()
    deal = org.deal()
    org.store.clock.tick(hours=1)
    org.store.update("Opportunity", deal, {"Name": "Renamed", "OwnerId": org.store.user_id})
    org.store.clock.tick(hours=1)
    org.store.update("Opportunity", deal, {"StageName": "Contract", "Amount": 1500.0}, org.seller)
    org.store.update("Opportunity", deal, {"StageName": "Contract"})
    first, second = org.store.all("OpportunityHistory")
    assert (first["StageName"], first["Amount"], first["PrevAmount"]) == ("Proposal", 1000, None)
    assert (second["StageName"], second["Amount"], second["PrevAmount"]) == ("Contract", 1500, 1000)
    assert second["CreatedDate"] == "2026-03-01T11:00:00.000+0000"
    assert (second["CreatedById"], second["ForecastCategory"]) == (org.seller, "Forecast")


def test_field_history_holds_tracked_fields_and_references_twice() -> None:
    org = small()
    deal = org.deal()
    org.store.update("Opportunity", deal, {"OwnerId": org.store.user_id, "Type": "New"})
    org.store.update("Opportunity", deal, {"CloseDate": "2026-07-31"})
    rows = [
        (row["Field"], row["DataType"], row["OldValue"], row["NewValue"])
        for row in org.store.all("OpportunityFieldHistory")
    ]
    assert rows == [
        ("created", "Text", None, None),
        ("Owner", "Text", "Sam Seller", "Integration"),
        ("Owner", "EntityId", org.seller, org.store.user_id),
        ("CloseDate", "DateOnly", "2026-06-30", "2026-07-31"),
    ]


def test_the_recycle_bin_takes_the_history_along_and_gives_it_back() -> None:
    org = small()
    deal = org.deal()
    org.store.clock.tick(days=1)
    org.store.delete("Opportunity", deal)
    assert org.store.all("Opportunity") == []
    assert org.store.all("OpportunityHistory") == []
    (gone,) = org.store.all("Opportunity", with_deleted=True)
    assert (gone["IsDeleted"], gone["SystemModstamp"]) == (True, "2026-03-02T09:00:00.000+0000")
    assert [row["IsDeleted"] for row in org.store.all("OpportunityHistory", True)] == [True]
    with pytest.raises(ApiError, match="ENTITY_IS_DELETED"):
        org.store.update("Opportunity", deal, {"Name": "x"})

    org.store.undelete("Opportunity", deal)
    assert [row["IsDeleted"] for row in org.store.all("OpportunityHistory")] == [False]
    org.store.hard_delete("Opportunity", deal)
    assert org.store.all("Opportunity", with_deleted=True) == []
    assert org.store.all("OpportunityHistory", with_deleted=True) == []


def test_a_merge_moves_children_and_leaves_a_trace() -> None:
    org = small()
    twin = org.store.insert("Account", {"Name": "Acme Ltd"})
    deal = org.deal(AccountId=twin)
    org.store.clock.tick(hours=2)
    org.store.merge("Account", org.account, twin)
    loser = org.store.get("Account", twin)
    assert (loser["IsDeleted"], loser["MasterRecordId"]) == (True, org.account)
    record = org.opportunity(deal)
    # The system moved the deal, no user did: only SystemModstamp says so.
    assert record["AccountId"] == org.account
    assert record["SystemModstamp"] == "2026-03-01T11:00:00.000+0000"
    assert record["LastModifiedDate"] == "2026-03-01T09:00:00.000+0000"
    with pytest.raises(ApiError, match="INVALID_OPERATION"):
        org.store.merge("Opportunity", deal, org.deal())
    org.store.undelete("Account", twin)
    assert org.store.get("Account", twin)["MasterRecordId"] is None


def test_old_activities_are_archived_and_old_field_history_goes() -> None:
    org = small()
    org.deal()
    done = {"Subject": "Call", "IsClosed": True, "Status": "Completed"}
    org.store.insert("Task", done | {"ActivityDate": "2025-01-31"})
    org.store.insert("Task", done | {"ActivityDate": "2026-01-31"})
    org.store.insert("Task", {"Subject": "Open", "ActivityDate": "2025-01-31"})
    assert org.store.archive_activities() == 1
    assert [task["ActivityDate"] for task in org.store.all("Task")] == ["2026-01-31", "2025-01-31"]
    assert len(org.store.all("Task", with_deleted=True)) == 3

    org.store.clock.set(datetime(2028, 6, 1, tzinfo=UTC))
    assert org.store.purge_field_history(days=730) == 1
    assert org.store.all("OpportunityFieldHistory", with_deleted=True) == []
    assert len(org.store.all("OpportunityHistory")) == 1


def test_a_field_that_nobody_knows_is_an_error_of_the_test() -> None:
    with pytest.raises(ValueError, match="Opportunity has no Colour"):
        small().deal(Colour="red")
    assert small().store.clock.now == START
