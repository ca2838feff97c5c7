"""The REST API over HTTP: pages, deleted records, errors, faults, describes."""

from collections.abc import Iterator

import pytest
import requests

from demo.servers.faults import Faults, FaultyApp
from demo.servers.loopback import serve
from demo.servers.salesforce import SalesforceServer
from demo.servers.salesforce.errors import error_body
from tests.demo.servers.salesforce_org import Client, Small, served, small


@pytest.fixture
def org() -> Small:
    return small()


@pytest.fixture
def client(org: Small) -> Iterator[Client]:
    with served(org.store) as client:
        yield client


def test_results_come_in_pages(client: Client, org: Small) -> None:
    ids = [org.deal(Name=f"Deal {number}") for number in range(450)]
    headers = {"Sforce-Query-Options": "batchSize=200"}
    params = {"q": "SELECT Id FROM Opportunity"}
    page = client.call("GET", "query", params=params, headers=headers).json()
    found, sizes = [], []
    while True:
        found += [record["Id"] for record in page["records"]]
        sizes.append(len(page["records"]))
        assert page["totalSize"] == 450
        if page["done"]:
            break
        path = page["nextRecordsUrl"].partition("/v64.0/")[2]
        assert path.startswith("query/01g")
        page = client.get(path)
    assert (sizes, found) == ([200, 200, 50], ids)
    assert "nextRecordsUrl" not in page
    assert client.get("query/01g000000000000AAA-9")[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_a_page_has_2000_records_and_never_less_than_200_by_wish(
    client: Client, org: Small
) -> None:
    for number in range(2001):
        org.store.insert("Product2", {"Name": str(number)})
    params = {"q": "SELECT Id FROM Product2"}
    assert len(client.get("query", **params)["records"]) == 2000
    headers = {"Sforce-Query-Options": "batchSize=1"}
    page = client.call("GET", "query", params=params, headers=headers).json()
    assert len(page["records"]) == 200


def test_a_last_page_that_is_full_is_the_last(client: Client, org: Small) -> None:
    org.deal(), org.deal()
    client.server.switches.batch_size = 1
    page = client.get("query", q="SELECT Id FROM Opportunity")
    assert not page["done"]
    page = client.get(page["nextRecordsUrl"].partition("/v64.0/")[2])
    assert (page["done"], len(page["records"])) == (True, 1)


def test_records_carry_attributes_and_parents(client: Client, org: Small) -> None:
    deal = org.deal(AccountId=None)
    soql = "SELECT Id, CreatedDate, Amount, IsWon, Owner.Name, Account.Name FROM Opportunity"
    assert client.query(soql) == [
        {
            "attributes": {
                "type": "Opportunity",
                "url": f"/services/data/v64.0/sobjects/Opportunity/{deal}",
            },
            "Id": deal,
            "CreatedDate": "2026-03-01T09:00:00.000+0000",
            "Amount": 1000.0,
            "IsWon": False,
            "Owner": {
                "attributes": {
                    "type": "User",
                    "url": f"/services/data/v64.0/sobjects/User/{org.seller}",
                },
                "Name": "Sam Seller",
            },
            "Account": None,
        }
    ]


def test_query_all_sees_the_recycle_bin(client: Client, org: Small) -> None:
    kept, gone = org.deal(), org.deal()
    org.store.delete("Opportunity", gone)
    soql = "SELECT Id, IsDeleted FROM Opportunity"
    assert [each["Id"] for each in client.query(soql)] == [kept]
    assert [each["IsDeleted"] for each in client.query(soql, "queryAll")] == [False, True]
    answer = client.call("GET", f"sobjects/Opportunity/{gone}")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")
    assert client.get(f"sobjects/Opportunity/{kept}")["Name"] == "Deal"
    chosen = client.get(f"sobjects/opportunity/{kept[:15]}", fields="Name,Amount")
    assert set(chosen) == {"attributes", "Name", "Amount"}


def test_get_deleted_ignores_seconds_and_looks_back_15_days(client: Client, org: Small) -> None:
    early, late = org.deal(), org.deal()
    org.store.delete("Opportunity", early)
    org.store.clock.tick(days=20, seconds=30)
    org.store.delete("Opportunity", late)
    org.store.clock.tick(hours=1)
    path = "sobjects/Opportunity/deleted"
    end = "2026-03-21T09:59:00+00:00"
    found = client.get(path, start="2026-03-01T00:00:00+00:00", end=end)
    expected = {"id": late, "deletedDate": "2026-03-21T09:00:30.000+0000"}
    assert found["deletedRecords"] == [expected]
    assert found["latestDateCovered"] == "2026-03-21T09:59:00.000+0000"
    assert client.get(path, start="2026-03-21T09:00:59+00:00", end=end)["deletedRecords"]
    refused = client.get(path, start=end, end=end)
    assert refused[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_errors_come_as_a_list(client: Client) -> None:
    for soql, code in (
        ("SELECT Id form Account", "MALFORMED_QUERY"),
        ("SELECT Colour FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Colour", "INVALID_TYPE"),
    ):
        answer = client.call("GET", "query", params={"q": soql})
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
    for path in ("sobjects/Colour/describe", "sobjects/Account/001000000000000AAA", "nothing"):
        answer = client.call("GET", path)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_faults_look_like_those_of_the_platform(org: Small) -> None:
    faults = Faults(error_body=error_body, limit_status=403, retry_after=None)
    server = SalesforceServer(org.store)
    with serve(FaultyApp(server, faults)) as url:
        client = Client(url, server)
        assert client.get("limits")
        faults.script = ["too_many_requests", "connection_reset", None]
        limited = client.call("GET", "limits")
        assert limited.status_code == 403
        assert limited.json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
        with pytest.raises(requests.ConnectionError):
            client.call("GET", "limits")
        assert client.get("limits")


def test_a_describe_tells_types_and_what_can_be_asked(client: Client) -> None:
    described = client.get("sobjects/OpportunityFieldHistory/describe")
    fields = {field["name"]: field for field in described["fields"]}
    assert "SystemModstamp" not in fields
    assert (fields["NewValue"]["type"], fields["NewValue"]["filterable"]) == ("anyType", False)
    assert fields["OpportunityId"]["relationshipName"] == "Opportunity"
    stages = {
        field["name"]: [value["value"] for value in field["picklistValues"]]
        for field in client.get("sobjects/Opportunity/describe")["fields"]
    }
    assert stages["StageName"] == ["Proposal", "Contract", "Won"]


def test_versions_need_no_login_and_slashes_do_not_matter(client: Client) -> None:
    assert client.get("limits/")["DailyApiRequests"]["Max"] == 100_000
    found = client.call("GET", "../", headers={"Authorization": ""})
    assert found.json()[-1] == {
        "label": "Winter '27",
        "url": "/services/data/v68.0",
        "version": "68.0",
    }
    assert client.get("limits/recordCount", sObjects="Account,Colour,LeadHistory,User")[
        "sObjects"
    ] == [
        {"count": 1, "name": "Account"},
        {"count": 2, "name": "User"},
    ]
