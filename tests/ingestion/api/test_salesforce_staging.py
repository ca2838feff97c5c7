"""Salesforce in the warehouse: what its records become behind staging."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from tests.ingestion.api.org import Desk
from tests.warehouse import build

SELECT = "+fct_stage_transitions +fct_deals"
STAGING = "models/staging/salesforce"


def built(
    sf: Desk, text: str, select: str = SELECT, settings: Mapping[str, str] | None = None
) -> list[tuple[Any, ...]]:
    as_of = (sf.store.clock.now + timedelta(days=1)).replace(tzinfo=None)
    build(
        sf.home.root, as_of, source="salesforce", select=select, data_tests=False, settings=settings
    )
    return rows(sf, text)


def rows(sf: Desk, text: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(sf.home.root / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(text).fetchall()


def change(sf: Desk, deal: str, **values: Any) -> None:
    sf.store.clock.tick(hours=5)
    sf.store.update("Opportunity", deal, values, sf.org.seller)


def expected_transitions(sf: Desk) -> list[tuple[str, str | None, str, datetime]]:
    """From the org's own history: what changed the stage, in the order of time and then of id."""
    found = []
    history = sf.store.all("OpportunityHistory", with_deleted=True)
    last: dict[str, str] = {}
    for row in sorted(history, key=lambda row: (row["CreatedDate"], row["Id"])):
        deal, stage = row["OpportunityId"], row["StageName"]
        if last.get(deal) != stage:
            moment = datetime.fromisoformat(row["CreatedDate"]).astimezone(UTC)
            found.append((deal, last.get(deal), stage, moment.replace(tzinfo=None)))
        last[deal] = stage
    return sorted(found, key=lambda row: (row[0], row[3]))


def test_transitions_are_those_of_the_org(real_org: Desk) -> None:
    sf = real_org
    other = sf.store.insert("User", {"Name": "Olga Other", "IsActive": True})
    straight, back, gone, still = (sf.org.deal(Name=name) for name in "abcd")
    change(sf, straight, StageName="Contract")
    change(sf, straight, Amount=1500.0)
    change(sf, straight, StageName="Won")
    for stage in ("Contract", "Proposal", "Contract"):
        change(sf, back, StageName=stage)
    change(sf, back, OwnerId=other)
    change(sf, gone, StageName="Contract")
    sf.store.clock.tick(hours=1)
    sf.store.delete("Opportunity", gone)
    sf.extract()
    found = built(
        sf,
        "select deal_id, from_stage_id, to_stage_id, transitioned_at"
        " from marts.fct_stage_transitions order by deal_id, transition_number",
    )
    assert found == expected_transitions(sf)
    deals = rows(sf, "select deal_id, status, amount, pipeline_id, rep_id from marts.fct_deals")
    assert {row[0]: row[1:] for row in deals} == {
        straight: ("won", 1500, "default", sf.org.seller),
        back: ("open", 1000, "default", other),
        gone: ("deleted", 1000, "default", sf.org.seller),
        still: ("open", 1000, "default", sf.org.seller),
    }
    # A second reading adds what is new to what was staged.
    change(sf, still, StageName="Won")
    sf.extract()
    again = built(
        sf,
        "select deal_id, from_stage_id, to_stage_id, transitioned_at"
        " from marts.fct_stage_transitions order by deal_id, transition_number",
    )
    assert again == expected_transitions(sf)


def test_record_types_are_pipelines(real_org: Desk) -> None:
    sf = real_org
    types = {}
    for name, stages in {"New": ["Proposal", "Won"], "Renewal": ["Contract", "Won"]}.items():
        process = sf.store.insert("BusinessProcess", {"Name": name, "IsActive": True})
        sf.store.process_stages[process] = stages
        values = {"Name": name, "SobjectType": "Opportunity", "BusinessProcessId": process}
        types[name] = sf.store.insert("RecordType", values)
    deals = {name: sf.org.deal(RecordTypeId=key) for name, key in types.items()}
    change(sf, deals["Renewal"], StageName="Contract")
    sf.extract()
    text = (
        "select pipeline_id, pipeline_name, stage_id, position, kind, default_probability"
        " from staging.stg_salesforce__stages order by pipeline_name, position"
    )
    listed = [
        (types["New"], "New", "Proposal", 1, "open", 0.4),
        (types["New"], "New", "Won", 2, "won", 1.0),
        (types["Renewal"], "Renewal", "Contract", 1, "open", 0.8),
        (types["Renewal"], "Renewal", "Won", 2, "won", 1.0),
    ]
    assert built(sf, text, STAGING) == listed
    found = rows(sf, "select distinct pipeline_id, deal_id from staging.stg_salesforce__deals")
    assert sorted(found) == sorted((types[name], deal) for name, deal in deals.items())
    # One opportunity without a record type, and there is a pipeline for it; a stage that a record
    # type has no more is gone from its pipeline.
    process = sf.store.get("RecordType", types["New"])["BusinessProcessId"]
    sf.store.process_stages[process] = ["Won"]
    sf.store.clock.tick(hours=1)
    sf.org.deal()
    sf.extract()
    default = [
        ("default", "Sales", "Proposal", 1, "open", 0.4),
        ("default", "Sales", "Contract", 2, "open", 0.8),
        ("default", "Sales", "Won", 3, "won", 1.0),
    ]
    again = built(sf, text.replace("select", "select distinct"), STAGING)
    won = (types["New"], "New", "Won", 1, "won", 1.0)
    assert sorted(again) == sorted([*listed, won, *default])
    newest = (
        "select stage_id, is_deleted_in_source from staging.stg_salesforce__stages"
        f" where pipeline_id = '{types['New']}' qualify row_number() over (partition by"
        " record_id order by source_updated_at desc, extracted_at desc) = 1 order by 1"
    )
    assert rows(sf, newest) == [("Proposal", True), ("Won", False)]
    counted = (
        "select count(*), count(distinct (record_id, landed_file)),"
        " sum(cast(is_deleted_in_source as int)) from staging.stg_salesforce__stages"
    )
    assert rows(sf, counted) == [(11, 11, 1)]


@pytest.mark.full
def test_fields_have_their_values_from_the_beginning_on(real_org: Desk) -> None:
    sf = real_org
    other = sf.store.insert("User", {"Name": "Olga Other", "IsActive": True})
    deal = sf.org.deal(Amount=1000.0)
    change(sf, deal, OwnerId=other)
    change(sf, deal, Amount=1500.0, CloseDate="2026-09-30")
    change(sf, deal, ForecastCategoryName="Commit")
    sf.extract()
    change(sf, deal, OwnerId=sf.org.seller)
    sf.extract()
    text = (
        "select field, value, hour(changed_at) from staging.stg_salesforce__deal_field_history"
        " qualify value is distinct from lag(value) over (partition by field order by changed_at)"
        " order by field, changed_at"
    )
    assert built(sf, text, STAGING) == [
        ("amount", "1000.0", 9),
        ("amount", "1500.0", 19),
        ("expected_close_date", "2026-06-30", 9),
        ("expected_close_date", "2026-09-30", 19),
        ("forecast_category", "Best Case", 9),
        ("forecast_category", "Commit", 0),
        ("rep_id", sf.org.seller, 9),
        ("rep_id", other, 14),
        ("rep_id", sf.org.seller, 5),
    ]


@pytest.mark.full
def test_an_owner_before_the_first_change_is_staged_once(real_org: Desk) -> None:
    """Also where the changes come with several readings: the first of all tells it."""
    sf = real_org
    other = sf.store.insert("User", {"Name": "Olga Other", "IsActive": True})
    deal = sf.org.deal()
    lead = sf.store.insert("Lead", {"Name": "Ada", "Status": "New"})
    text = (
        "select distinct value, epoch(changed_at), changed_at"
        " from staging.stg_salesforce__deal_field_history"
        " where field = 'rep_id' order by changed_at"
    )
    start = sf.store.clock.now.timestamp()
    for number, owner in enumerate((other, sf.org.seller, other), 1):
        change(sf, deal, OwnerId=owner)
        sf.store.update("Lead", lead, {"Status": f"Step {number}"})
        sf.extract()
        found = built(sf, text, STAGING)
        assert found[0][:2] == (sf.org.seller, start)
        assert len(found) == number + 1
    text = "select distinct changed_at, status from staging.stg_salesforce__lead_status_history"
    assert [status for _, status in sorted(rows(sf, text))] == ["New", "Step 1", "Step 2", "Step 3"]


def test_what_belongs_to_a_deal(real_org: Desk) -> None:
    sf = real_org
    role = sf.store.insert("UserRole", {"Name": "West"})
    sf.store.update("User", sf.org.seller, {"UserRoleId": role})
    deal, plain = sf.org.deal(), sf.org.deal()
    product = sf.store.insert("Product2", {"Name": "Thing", "Family": "Things"})
    second = sf.store.insert("Product2", {"Name": "Other"})
    for opportunity, sold in ((deal, product), (plain, product), (plain, second)):
        item = {"OpportunityId": opportunity, "Product2Id": sold}
        sf.store.insert("OpportunityLineItem", item)
    lead = sf.store.insert("Lead", {"Name": "Ada", "Status": "New", "OwnerId": sf.org.seller})
    converted = {"IsConverted": True, "ConvertedDate": "2026-03-01", "Status": "Converted"}
    sf.store.update("Lead", lead, converted | {"ConvertedOpportunityId": deal})
    call = {"Type": "Call", "WhatId": deal, "OwnerId": sf.org.seller, "IsClosed": True}
    done = {"CompletedDateTime": "2026-03-01T10:00:00.000+0000", "CallDurationInSeconds": 90}
    sf.store.insert("Task", call | done)
    meeting = {"Type": "Demo", "WhatId": deal, "WhoId": lead, "OwnerId": sf.org.seller}
    began = {"StartDateTime": "2026-03-02T10:00:00.000+0000", "DurationInMinutes": 30}
    sf.store.insert("Event", meeting | began)
    sf.store.insert("Campaign", {"Name": "Spring", "Type": "Email", "BudgetedCost": 10.0})
    sf.extract()
    text = "select deal_id, lead_id, product_id from marts.fct_deals order by deal_id"
    assert built(sf, text, f"{SELECT} {STAGING}") == [
        (deal, lead, product),
        (plain, "unknown", "unknown"),
    ]
    assert rows(
        sf, "select team from staging.stg_salesforce__reps where rep_id = '" + sf.org.seller + "'"
    ) == [("West",)]
    assert rows(
        sf,
        "select kind, deal_id, lead_id, duration_minutes from staging.stg_salesforce__activities"
        " order by occurred_at",
    ) == [("call", deal, None, 1.5), ("demo", deal, lead, 30.0)]
    assert rows(sf, "select name, channel, budget from staging.stg_salesforce__campaigns") == [
        ("Spring", "Email", 10)
    ]


def test_a_job_and_pages_are_staged_alike(real_org: Desk) -> None:
    sf = real_org
    ids = [sf.org.deal(Name=f'Deal "{n}"', Amount=None if n == 3 else 10.25) for n in range(6)]
    for number, deal in enumerate(ids):
        change(sf, deal, StageName="Contract")
        change(sf, deal, Amount=20.5 + number, OwnerId=sf.store.user_id)
    sf.store.delete("Opportunity", ids[0])
    lead = sf.store.insert("Lead", {"Name": "Ada", "Status": "New", "NumberOfEmployees": 12})
    sf.store.update("Lead", lead, {"Status": "Working"})
    text = "select * exclude ({}) from staging.stg_salesforce__{} order by all"
    own = "extracted_at, load_seq, run_id, landed_file"
    tables = ("deals", "deal_stage_history", "deal_field_history", "leads", "accounts",
              "lead_status_history")  # fmt: skip
    sf.extract()
    built(sf, "select 1", STAGING)
    by_pages = {table: rows(sf, text.format(own, table)) for table in tables}
    sf.home.root.rename(sf.home.root.with_name("by_pages"))
    sf.extract(bulk_from=1)
    assert sf.server.switches.paths["jobs"] > 0
    built(sf, "select 1", STAGING)
    for table in tables:
        assert rows(sf, text.format(own, table)) == by_pages[table], table
        assert by_pages[table]


def test_a_lead_that_converts_on_its_first_day(real_org: Desk) -> None:
    sf = real_org
    deal = sf.org.deal()
    leads = [sf.store.insert("Lead", {"Name": name, "Status": "New"}) for name in "ab"]
    for status in ("Working", "Converted"):
        sf.store.clock.tick(hours=1)
        for lead in leads:
            sf.store.update("Lead", lead, {"Status": status})
    converted = {"IsConverted": True, "ConvertedDate": "2026-03-01", "ConvertedOpportunityId": deal}
    for lead in leads:
        sf.store.update("Lead", lead, converted)
    # Somebody edits one of them long after.
    sf.store.clock.tick(days=3)
    sf.store.update("Lead", leads[1], {"Title": "CEO"})
    sf.extract()
    text = (
        "select lead_id, status, hour(changed_at) from intermediate.int_lead_status_changes"
        " order by lead_id, transition_number"
    )
    steps = [("New", 9), ("Working", 10), ("Converted", 11)]
    assert built(sf, text, "+int_lead_status_changes") == [
        (lead, *step) for lead in leads for step in steps
    ]
    days = rows(sf, "select converted_at from staging.stg_salesforce__leads order by lead_id")
    assert days == [(datetime(2026, 3, 1, 11),), (datetime(2026, 3, 1, 23, 59, 59),)]


def test_members_of_campaigns_are_touchpoints(real_org: Desk) -> None:
    sf = real_org
    account = sf.store.insert("Account", {"Name": "Oak"})
    contact = sf.store.insert("Contact", {"LastName": "Bo", "AccountId": account})
    lead = sf.store.insert("Lead", {"Name": "Ada", "Status": "New", "Company": "Elm"})
    spring, autumn = (sf.store.insert("Campaign", {"Name": name}) for name in ("Spring", "Autumn"))
    member = {"CampaignId": spring, "LeadId": lead, "Status": "Sent"}
    first = sf.store.insert("CampaignMember", member)
    sf.store.clock.tick(hours=1)
    second = sf.store.insert("CampaignMember", member | {"CampaignId": autumn})
    third = sf.store.insert(
        "CampaignMember", {"CampaignId": autumn, "ContactId": contact, "Status": "Sent"}
    )
    deal = sf.org.deal(CampaignId=autumn, Competitor__c="Birch")
    responded = {"Status": "Responded", "HasResponded": True}
    sf.store.update("CampaignMember", first, responded | {"FirstRespondedDate": "2026-03-04"})
    # The day of the invitation: the answer is no earlier than that.
    sf.store.update("CampaignMember", third, responded | {"FirstRespondedDate": "2026-03-01"})
    own = "deals.need=Competitor__c, leads.source=Company"
    sf.extract(settings=sf.settings(salesforce_fields=own))
    sf.store.clock.tick(days=5)
    text = (
        "select touchpoint_id, kind, occurred_at, campaign_id, lead_id, account_id"
        " from intermediate.int_touchpoints_unioned order by touchpoint_id"
    )
    select = "+int_touchpoints_unioned +int_leads_unioned stg_salesforce__deals"
    found = built(sf, text, select, {"JALUR_SALESFORCE_FIELDS": own})
    assert found == [
        (first, "responded", datetime(2026, 3, 4), spring, lead, None),
        (second, "sent", datetime(2026, 3, 1, 10), autumn, lead, None),
        (third, "responded", datetime(2026, 3, 1, 10), autumn, None, account),
    ]
    leads = rows(sf, "select campaign_id, lead_source from intermediate.int_leads_unioned")
    assert leads == [(spring, "Elm")]
    deals = "select deal_id, campaign_id, need, competitor from staging.stg_salesforce__deals"
    assert rows(sf, deals) == [(deal, autumn, "Birch", "Birch")]
