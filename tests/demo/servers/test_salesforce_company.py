"""The demo company in the org: what its export says is what the API says in the end."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from demo.servers.salesforce import Store
from demo.servers.salesforce.company import END, Company, of_teams, since
from demo.servers.salesforce.objects import OBJECTS
from tests.demo.conftest import Tables
from tests.demo.servers.salesforce_org import served

Rows = dict[str, dict[str, Any]]

TEAM = "Middle East"


@dataclass(frozen=True)
class Played:
    """The company at its end, and how much of it there was half a year before."""

    company: Company
    halfway: dict[str, int]

    @property
    def store(self) -> Store:
        return self.company.store

    @property
    def ids(self) -> dict[str, str]:
        return self.company.ids


@pytest.fixture(scope="module")
def company(export: Path) -> Played:
    keep_team, keep_new = of_teams(export, TEAM), since("2025-01-01")
    company = Company(Store(), export, lambda deal: keep_team(deal) and keep_new(deal))
    company.play(datetime(2026, 1, 1, tzinfo=UTC))
    halfway = {name: len(company.store.all(name)) for name in ("Opportunity", "Lead")}
    company.play()
    return Played(company, halfway)


@pytest.fixture(scope="module")
def kept(tables: Tables) -> Rows:
    """The deals that the org has, as rows of the export with the name of their stage."""
    deals = tables["deals"].merge(tables["reps"][["rep_id", "team"]], on="rep_id")
    deals["stage_name"] = deals.stage_id.map(tables["stages"].set_index("stage_id").stage_name)
    deals = deals[(deals.team == TEAM) & (deals.created_at >= "2025-01-01")].fillna("")
    return {row["deal_id"]: {str(k): v for k, v in row.items()} for row in deals.to_dict("records")}


def wire(text: str) -> str:
    return text.replace("Z", ".000+0000")


def test_every_kept_deal_ends_as_in_the_export(company: Played, kept: Rows) -> None:
    opportunities = company.store.records["Opportunity"]
    assert len(opportunities) == len(kept) > 300
    for deal_id, row in kept.items():
        record = opportunities[company.ids[deal_id]]
        assert record["StageName"] == row["stage_name"], deal_id
        assert record["Amount"] == float(row["amount"]), deal_id
        assert record["CloseDate"] == row["expected_close_date"], deal_id
        assert record["OwnerId"] == company.ids[row["rep_id"]], deal_id
        assert record["CreatedDate"] == wire(row["created_at"]), deal_id
        is_gone = row["is_deleted"] == "true" or row["merged_at"] != ""
        assert record["IsDeleted"] == is_gone, deal_id


def test_stage_history_is_that_of_the_export(company: Played, kept: Rows, tables: Tables) -> None:
    names = tables["stages"].set_index("stage_id").stage_name
    history = tables["deal_stage_history"]
    history = history[history.deal_id.isin(kept)]
    history = history.assign(order=history.sequence.astype(int))
    history = history.sort_values(["deal_id", "entered_at", "order"])
    # A stage that is written again is no change, so Salesforce writes no row for it.
    is_again = history.deal_id.eq(history.deal_id.shift()) & history.stage_id.eq(
        history.stage_id.shift()
    )
    expected = [
        (company.ids[row["deal_id"]], names[row["stage_id"]], wire(row["entered_at"]))
        for row in history[~is_again].to_dict("records")
    ]
    found, stage = [], dict[str, str]()
    for row in company.store.all("OpportunityHistory", with_deleted=True):
        deal = row["OpportunityId"]
        # Amounts and close dates make rows, too.
        if stage.get(deal) != row["StageName"]:
            found.append((deal, row["StageName"], row["CreatedDate"]))
        stage[deal] = row["StageName"]
    assert is_again.any()
    assert sorted(found) == sorted(expected)


def test_the_company_lives_on_where_it_was_left(company: Played) -> None:
    halfway = company.halfway
    assert 0 < halfway["Opportunity"] < len(company.store.all("Opportunity"))
    assert 0 < halfway["Lead"] < len(company.store.all("Lead"))
    assert company.store.clock.now == END
    assert company.company.play() == 0


def test_leads_are_converted_and_some_records_merged(company: Played) -> None:
    leads = company.store.all("Lead")
    converted = [lead for lead in leads if lead["IsConverted"]]
    assert converted
    for lead in converted:
        opportunity = company.store.get("Opportunity", lead["ConvertedOpportunityId"])
        assert lead["ConvertedAccountId"] == opportunity["AccountId"]
        assert company.store.get("Contact", lead["ConvertedContactId"])["Email"] == lead["Email"]
    for sobject in ("Lead", "Account"):
        merged = [
            each
            for each in company.store.all(sobject, with_deleted=True)
            if each["MasterRecordId"] is not None
        ]
        assert merged
        assert all(each["IsDeleted"] for each in merged)


def test_everything_points_at_what_is_there(company: Played) -> None:
    for name, sobject in OBJECTS.items():
        references = [field.name for field in sobject.fields.values() if field.refers_to]
        for record in company.store.all(name):
            for field in references:
                if record[field] is not None:
                    assert company.store.find(record[field]), (name, field, record)


def test_old_activities_are_archived(company: Played) -> None:
    tasks = company.store.all("Task", with_deleted=True)
    archived = {task["ActivityDate"] for task in tasks if task["IsArchived"]}
    assert archived
    assert max(archived) < "2025-07-01" <= min(t["ActivityDate"] for t in company.store.all("Task"))


def test_stages_belong_to_the_process_of_a_record_type(company: Played) -> None:
    with served(company.store) as client:
        types = client.query("SELECT Id FROM RecordType WHERE DeveloperName = 'Renewal'")
        path = f"ui-api/object-info/Opportunity/picklist-values/{types[0]['Id']}/StageName"
        values = client.get(path)["values"]
    assert [value["value"] for value in values] == [
        "Account review",
        "Renewal offer",
        "Confirmation",
        "Renewed",
        "Churned",
    ]
    assert [value["attributes"]["won"] for value in values] == [False, False, False, True, False]
