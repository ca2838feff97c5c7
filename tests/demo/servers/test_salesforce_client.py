"""The server as an independent client sees it: simple-salesforce, which knows nothing of us.

It speaks https only. An adapter of its session sends what goes to this one address in plain text.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.demo.servers.salesforce_org import VERSION, Client, Small, served, small

simple_salesforce = pytest.importorskip("simple_salesforce")


class PlainText(HTTPAdapter):
    """For an address on loopback, where there is no certificate and nobody listens."""

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, **kwargs)


@pytest.fixture
def org() -> Small:
    return small()


@pytest.fixture
def client(org: Small) -> Iterator[Client]:
    with served(org.store) as client:
        yield client


@pytest.fixture
def session(client: Client) -> requests.Session:
    session = requests.Session()
    session.mount(client.url.replace("http://", "https://"), PlainText())
    return session


@pytest.fixture
def salesforce(client: Client, session: requests.Session) -> Any:
    app = client.server.app
    form = {
        "grant_type": "client_credentials",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
    }
    token, instance = simple_salesforce.login.token_login(
        f"{client.url}/services/oauth2/token", form, "", app.client_id, None, None, session
    )
    return simple_salesforce.Salesforce(
        instance=instance, session_id=token, session=session, version=VERSION
    )


def test_it_pages_through_a_query(salesforce: Any, client: Client, org: Small) -> None:
    client.server.switches.batch_size = 40
    ids = [org.deal() for _ in range(100)]
    org.store.delete("Opportunity", ids[7])
    soql = "SELECT Id, Owner.Name FROM Opportunity"
    found = salesforce.query_all(soql)
    assert [record["Id"] for record in found["records"]] == [*ids[:7], *ids[8:]]
    assert found["records"][0]["Owner"]["Name"] == "Sam Seller"
    every = salesforce.query_all_iter(soql, include_deleted=True)
    assert [record["Id"] for record in every] == ids
    assert salesforce.query("SELECT COUNT() FROM Opportunity")["totalSize"] == 99
    assert salesforce.api_usage["api-usage"].total == 100_000


def test_it_reads_a_bulk_query(salesforce: Any, org: Small) -> None:
    for _ in range(5):
        org.deal()
    soql = "SELECT Id, Name FROM Opportunity"
    pages = list(salesforce.bulk2.Opportunity.query(soql, max_records=2, wait=0.05))
    assert [page.count("\n") for page in pages] == [3, 3, 2]
    org.store.delete("Opportunity", org.deal())
    (page,) = salesforce.bulk2.Opportunity.query_all(soql, wait=0.05)
    assert page.count("\n") == 7


def test_it_understands_descriptions_and_errors(salesforce: Any, org: Small) -> None:
    assert salesforce.Opportunity.describe()["keyPrefix"] == "006"
    assert salesforce.Opportunity.get(org.deal())["StageName"] == "Proposal"
    assert salesforce.limits()["DailyApiRequests"]["Max"] == 100_000
    with pytest.raises(simple_salesforce.SalesforceMalformedRequest, match="INVALID_FIELD"):
        salesforce.query("SELECT Colour FROM Account")


def test_it_notices_an_expired_session(salesforce: Any, client: Client) -> None:
    client.server.sessions.expire()
    with pytest.raises(simple_salesforce.SalesforceExpiredSession):
        salesforce.limits()


def test_it_logs_in_by_soap(client: Client, session: requests.Session) -> None:
    app = client.server.app
    given = {
        "username": app.username,
        "password": app.password,
        "session": session,
        "scratch_url": client.url,
    }
    login = simple_salesforce.login.SalesforceLogin
    token, instance = login(**given, security_token=app.security_token, sf_version="64.0")
    salesforce = simple_salesforce.Salesforce(instance=instance, session_id=token, session=session)
    assert salesforce.query("SELECT COUNT() FROM Account")["totalSize"] == 1
    failed = simple_salesforce.SalesforceAuthenticationFailed
    with pytest.raises(failed, match="INVALID_LOGIN"):
        login(**given, security_token="wrong", sf_version="64.0")
    with pytest.raises(failed, match="UNSUPPORTED_API_VERSION"):
        login(**given, security_token=app.security_token, sf_version="65.0")
