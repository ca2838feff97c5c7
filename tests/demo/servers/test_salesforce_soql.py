"""SOQL on a few records: what is found, in which order, and how bad queries are refused."""

import pytest

from demo.servers.salesforce.errors import ApiError
from demo.servers.salesforce.soql_run import Plan
from demo.servers.salesforce.store import Store
from tests.demo.servers.salesforce_org import small


@pytest.fixture(scope="module")
def store() -> Store:
    org = small()
    org.deal(Name="Alpha", Amount=10.0)
    org.store.clock.tick(days=1)
    org.deal(Name="beta", Amount=None, StageName="Contract", OwnerId=org.store.user_id)
    org.store.clock.tick(days=1)
    org.deal(Name="It's 5% off", Amount=30.0, CloseDate="2026-03-05", AccountId=None)
    return org.store


def names(store: Store, rest: str, with_deleted: bool = False) -> str:
    found = Plan(store, f"SELECT Id FROM Opportunity {rest}").run(with_deleted)
    return " ".join(record["Name"][0] for record in found.records)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Name = 'ALPHA'", "A"),
        ("Name != 'alpha'", "b I"),
        ("Name LIKE 'a%' OR Name LIKE '_eta'", "A b"),
        (r"Name LIKE '%5\% off'", "I"),
        (r"Name = 'It\'s 5% off'", "I"),
        ("Amount > 10", "I"),
        ("Amount >= 10.0", "A I"),
        ("Amount <> 10", "b I"),
        ("Amount = null", "b"),
        ("Amount != NULL AND CloseDate < 2026-06-01", "I"),
        ("NOT (Amount = null)", "A I"),
        ("StageName IN ('contract', 'Won')", "b"),
        ("StageName NOT IN ('Contract')", "A I"),
        ("IsClosed = false AND (Amount = 10 OR Amount = 30)", "A I"),
        ("Owner.Name = 'Sam Seller'", "A I"),
        ("Account.Name = null", "I"),
        ("SystemModstamp > 2026-03-01T09:00:00Z", "b I"),
        ("SystemModstamp >= 2026-03-02T10:00:00+01:00", "b I"),
        ("SystemModstamp >= 2026-03-02T09:00:00.001Z", "I"),
        ("CreatedDate = YESTERDAY", "b"),
        ("CreatedDate >= TODAY", "I"),
        ("CreatedDate < LAST_N_DAYS:1", "A"),
        ("CloseDate = NEXT_N_DAYS:3", "I"),
        ("CloseDate > THIS_MONTH", "A b"),
    ],
)
def test_where(store: Store, where: str, expected: str) -> None:
    assert names(store, f"WHERE {where}") == expected


def test_ids_may_be_short_and_differ_by_case(store: Store) -> None:
    (first, *_) = store.all("Opportunity")
    assert names(store, f"WHERE Id = '{first['Id']}'") == "A"
    assert names(store, f"WHERE Id IN ('{first['Id'][:15]}')") == "A"


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("ORDER BY Amount", "b A I"),
        ("ORDER BY Amount DESC NULLS LAST", "I A b"),
        ("ORDER BY StageName DESC, Name ASC", "A I b"),
        ("ORDER BY Name DESC LIMIT 2", "I b"),
        ("ORDER BY Name LIMIT 1 OFFSET 1", "b"),
        ("order by owner.name", "b A I"),
    ],
)
def test_order_and_limit(store: Store, rest: str, expected: str) -> None:
    assert names(store, rest) == expected


def test_ids_are_sorted_as_they_compare(store: Store) -> None:
    """A reader that goes on after the last id of a page would lose some otherwise."""
    for _ in range(80):
        store.insert("Product2", {"Name": "Thing"})
    ids = [
        each["Id"] for each in Plan(store, "SELECT Id FROM Product2 ORDER BY Id").run(False).records
    ]
    after = f"SELECT Id FROM Product2 WHERE Id > '{ids[39]}' ORDER BY Id"
    assert [each["Id"] for each in Plan(store, after).run(False).records] == ids[40:]


def test_counts(store: Store) -> None:
    assert Plan(store, "SELECT COUNT() FROM Opportunity WHERE Amount > 5").run(False).count == 2
    assert Plan(store, "select count(Amount) from opportunity").run(False).count == 2


def test_names_are_spelled_as_the_api_spells_them(store: Store) -> None:
    plan = Plan(store, "select ID, account.NAME, opportunity.stagename FROM opportunity")
    spelled = [".".join(column.path) for column in plan.columns]
    assert spelled == ["Id", "Account.Name", "StageName"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELECT FROM Opportunity",
        "SELECT * FROM Opportunity",
        "SELECT Id Opportunity",
        "SELECT Id FROM Opportunity WHERE",
        "SELECT Id FROM Opportunity WHERE Name = 'open",
        "SELECT Id FROM Opportunity WHERE Name = 'a' AND IsWon = true OR IsWon = false",
        "SELECT Id FROM Opportunity WHERE CreatedDate > 2026-03-01T09:00:00 00:00",
        "SELECT Id FROM Opportunity WHERE CreatedDate = LAST_FORTNIGHT",
        "SELECT Id FROM Opportunity WHERE Amount > null",
        "SELECT Id FROM Opportunity GROUP BY StageName",
        "SELECT Id FROM Opportunity LIMIT ten",
    ],
)
def test_what_is_no_soql_is_refused(store: Store, query: str) -> None:
    with pytest.raises(ApiError) as refused:
        Plan(store, query)
    assert (refused.value.status, refused.value.code) == (400, "MALFORMED_QUERY")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Colour FROM Opportunity",
        "SELECT Account.Colour FROM Opportunity",
        "SELECT Nobody.Name FROM Opportunity",
        "SELECT Id FROM Opportunity WHERE Name = 5",
        "SELECT Id FROM Opportunity WHERE Amount = '5'",
        "SELECT Id FROM Opportunity WHERE CreatedDate > '2026-03-01T09:00:00Z'",
        "SELECT Id FROM Opportunity WHERE CreatedDate > 2026-03-01",
        "SELECT Id FROM OpportunityFieldHistory WHERE NewValue = 'x'",
        "SELECT SystemModstamp FROM OpportunityFieldHistory",
        "SELECT IsDeleted FROM User",
        "SELECT Who.Email FROM Task",
    ],
)
def test_what_a_field_cannot_answer_is_refused(store: Store, query: str) -> None:
    with pytest.raises(ApiError) as refused:
        Plan(store, query)
    assert (refused.value.status, refused.value.code) == (400, "INVALID_FIELD")


def test_an_error_points_at_its_place(store: Store) -> None:
    with pytest.raises(ApiError, match=r"Column:11\nunexpected token: 'form'"):
        Plan(store, "SELECT Id form Opportunity")
    with pytest.raises(ApiError, match="INVALID_TYPE"):
        Plan(store, "SELECT Id FROM Invoice__c")
