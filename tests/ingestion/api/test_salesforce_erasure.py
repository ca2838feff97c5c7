"""A lead of Salesforce is erased: no name, address or number of theirs stays or comes back."""

import pytest

from ingestion import erasure
from ingestion.persons import person_tables
from tests.holders import holders
from tests.ingestion.api.org import Desk

KEY = "a key for tests only"
CANARIES = ("Canaria", "Zwitscher", "Singer", "+62 811 7357", "zwitscher@cage.example")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALUR_PERSONAL_DATA_KEY", KEY)


def history(sf: Desk, table: str, old: str, new: str, **values: object) -> str:
    return sf.store.insert(table, {"OldValue": old, "NewValue": new, "DataType": "Text"} | values)


def a_lead_with_a_past(sf: Desk) -> str:
    person, address = "Canaria Zwitscher", "zwitscher@cage.example"
    name = dict(zip(("FirstName", "LastName"), person.split(), strict=True))
    lead = sf.store.insert("Lead", {"Name": person, "Email": address, "Status": "New"} | name)
    other = sf.store.insert("Lead", {"Name": "Bob", "LastName": "Bob", "Status": "New"})
    deal = sf.org.deal()
    sf.store.clock.tick(hours=1)
    sf.store.update("Lead", lead, {"Status": "Working"})
    history(sf, "LeadHistory", "Singer", "Zwitscher", LeadId=lead, Field="LastName")
    history(sf, "LeadHistory", "+62 811 7357", "", LeadId=lead, Field="Phone")
    history(sf, "LeadHistory", "", address, LeadId=lead, Field="Email")
    history(sf, "LeadHistory", "Bobby", "Bob", LeadId=other, Field="LastName")
    history(sf, "OpportunityFieldHistory", "Bob", person, OpportunityId=deal, Field="Buyer__c")
    sf.store.insert("Task", {"WhoId": lead, "Subject": "Call Zwitscher", "Type": "Call"})
    sf.store.insert("Task", {"WhoId": other, "Subject": "Call Bob", "Type": "Call"})
    sf.store.insert("Event", {"WhoId": lead, "Subject": "Lunch with Canaria"})
    sf.store.clock.tick(hours=1)
    return lead


def erase(sf: Desk, lead: str) -> list[int]:
    person = erasure.find_person(sf.home, "salesforce", person_tables("salesforce")["lead"], lead)
    assert person is not None
    erasure.begin(sf.home, person, KEY)
    steps = (erasure.erase_mentions, erasure.erase_told, erasure.erase_rows)
    counts = [step(sf.home, person) for step in steps]
    erasure.finish(sf.home, person)
    return counts


@pytest.mark.parametrize("bulk_from", [1, 20_000])
def test_nothing_tells_of_an_erased_lead(
    sf: Desk, monkeypatch: pytest.MonkeyPatch, bulk_from: int
) -> None:
    monkeypatch.setattr("ingestion.erasure.load_pending", lambda *_: None)
    lead = a_lead_with_a_past(sf)
    sf.extract(bulk_from=bulk_from)
    assert set(holders(sf.home.root / "landing", *CANARIES)) == set(CANARIES)
    # The e-mail in the history; all rows of the history but that of the status, the value in one
    # of a deal, the task and the event; the lead.
    assert erase(sf, lead) == [1, 7, 1]
    assert holders(sf.home.root / "landing", *CANARIES) == {}
    rows = sf.landed("lead_history").values()
    statuses = [p["NewValue"] for _, p in rows if (p["LeadId"], p["Field"]) == (lead, "Status")]
    assert statuses == ["Working"]
    assert len([1 for _, p in rows if p["LeadId"] == lead and p["Field"] == "LastName"]) == 1
    (call,) = [p for _, p in sf.landed("task").values() if p["WhoId"] == lead]
    assert (call["Type"], "Subject" in call) == ("Call", False)
    # Others are as they were.
    assert set(holders(sf.home.root / "landing", "Bobby", "Call Bob")) == {"Bobby", "Call Bob"}
    assert erase(sf, lead) == [0, 0, 0]


def test_what_comes_of_an_erased_lead_later_is_landed_empty(real_org: Desk) -> None:
    sf = real_org
    lead = a_lead_with_a_past(sf)
    sf.extract()
    erase(sf, lead)
    history(sf, "LeadHistory", "Zwitscher", "Singer", LeadId=lead, Field="LastName")
    sf.store.insert("Task", {"WhoId": lead, "Subject": "Call Canaria again"})
    sf.store.clock.tick(hours=1)
    sf.extract()
    assert len(sf.landed("task")) == 3
    assert holders(sf.home.root / "landing", *CANARIES) == {}
