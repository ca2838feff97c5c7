"""Query jobs of Bulk API 2.0: their states, their pages, their end."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.demo.servers.salesforce_org import Client, Small, served, small

SOQL = "SELECT Id, Name, Amount, IsDeleted, CreatedDate, Account.Name FROM Opportunity"


@pytest.fixture
def org() -> Small:
    return small()


@pytest.fixture
def client(org: Small) -> Iterator[Client]:
    with served(org.store) as client:
        yield client


def create(client: Client, query: str = SOQL, **asked: str) -> dict[str, Any]:
    job: dict[str, Any] = client.call(
        "POST", "jobs/query", json={"operation": "query", "query": query} | asked
    ).json()
    return job


def finish(client: Client, job: dict[str, Any]) -> dict[str, Any]:
    info: dict[str, Any] = {}
    while info.get("state") not in ("JobComplete", "Failed"):
        info = client.get(f"jobs/query/{job['id']}")
    return info


def results(client: Client, job: dict[str, Any], **params: str) -> requests.Response:
    return client.call("GET", f"jobs/query/{job['id']}/results", params=params)


def test_a_job_goes_through_its_states(client: Client, org: Small) -> None:
    org.deal(), org.deal()
    client.server.switches.bulk_polls = 2
    job = create(client)
    assert (job["state"], job["object"]) == ("UploadComplete", "Opportunity")
    assert job["id"].startswith("750")
    assert results(client, job).status_code == 204
    states = [client.get(f"jobs/query/{job['id']}")["state"] for _ in range(4)]
    assert states == ["InProgress", "InProgress", "JobComplete", "JobComplete"]
    assert finish(client, job)["numberRecordsProcessed"] == 2


def test_results_are_csv_in_pages_each_with_its_header(client: Client, org: Small) -> None:
    for number in range(5):
        org.deal(Name=f'"{number}", so to speak', Amount=None if number else 7.5)
    job = create(client)
    finish(client, job)
    rows, sizes, locator = [], [], ""
    while locator != "null":
        page = results(client, job, maxRecords="2", **({"locator": locator} if locator else {}))
        rows += list(csv.DictReader(io.StringIO(page.text)))
        sizes.append(page.headers["Sforce-NumberOfRecords"])
        locator = page.headers["Sforce-Locator"]
    assert sizes == ["2", "2", "1"]
    assert [row["Name"][1] for row in rows] == list("01234")
    first = rows[0]
    assert (first["Amount"], rows[1]["Amount"], first["IsDeleted"]) == ("7.5", "", "false")
    # Not what REST writes.
    assert first["CreatedDate"] == "2026-03-01T09:00:00.000Z"
    assert first["Account.Name"] == "Acme"
    assert page.headers["Content-Type"].startswith("text/csv")


def test_results_are_those_of_the_moment_the_work_began(client: Client, org: Small) -> None:
    org.deal()
    job = create(client)
    client.get(f"jobs/query/{job['id']}")
    org.deal()
    finish(client, job)
    assert results(client, job).headers["Sforce-NumberOfRecords"] == "1"


def test_query_all_sees_the_recycle_bin(client: Client, org: Small) -> None:
    org.store.delete("Opportunity", org.deal())
    numbers = []
    for operation in ("query", "queryAll"):
        job = create(client, operation=operation)
        finish(client, job)
        numbers.append(results(client, job).headers["Sforce-NumberOfRecords"])
    assert numbers == ["0", "1"]


def test_delimiter_and_line_ending_are_as_asked(client: Client, org: Small) -> None:
    org.deal()
    query = "SELECT Name, Amount FROM Opportunity"
    job = create(client, query, columnDelimiter="PIPE", lineEnding="CRLF")
    finish(client, job)
    assert results(client, job).text == '"Name"|"Amount"\r\n"Deal"|"1000.0"\r\n'


def test_large_results_come_compressed(client: Client, org: Small) -> None:
    for _ in range(50):
        org.deal()
    job = create(client)
    finish(client, job)
    page = results(client, job)
    assert page.headers["Content-Encoding"] == "gzip"
    assert page.text.count("\n") == 51


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT Id form Account", "MALFORMED_QUERY"),
        ("SELECT Colour FROM Account", "INVALID_FIELD"),
        ("SELECT COUNT() FROM Account", "API_ERROR"),
    ],
)
def test_a_query_that_cannot_be_run_makes_no_job(client: Client, query: str, code: str) -> None:
    answer = client.call("POST", "jobs/query", json={"operation": "query", "query": query})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
    assert client.get("jobs/query")["records"] == []


def test_a_job_fails_when_switched(client: Client) -> None:
    client.server.switches.bulk_failure = "Retried more than fifteen times"
    info = finish(client, create(client))
    assert (info["state"], info["errorMessage"]) == ("Failed", "Retried more than fifteen times")


def test_only_a_job_that_ended_is_deleted(client: Client) -> None:
    job = create(client)
    path = f"jobs/query/{job['id']}"
    answer = client.call("DELETE", path)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "API_ERROR")
    aborted = client.call("PATCH", path, json={"state": "Aborted"})
    assert aborted.json()["state"] == "Aborted"
    assert client.call("DELETE", path).status_code == 204
    assert client.call("GET", path).status_code == 404
