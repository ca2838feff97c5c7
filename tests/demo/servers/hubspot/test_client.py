"""The vendor's own client reads the server; `pip install hubspot-api-client==12.0.0` to run it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from demo.servers.hubspot.directory import Owner, Pipeline, Stage
from tests.demo.servers.hubspot.conftest import NOON, Desk

hubspot = pytest.importorskip("hubspot")

AT = int(NOON.timestamp() * 1000)


def api(desk: Desk, area: str, name: str) -> Any:
    """An API of the client, such as `BasicApi` of `crm.deals`, that calls the server."""
    package = pytest.importorskip(f"hubspot.{area}")
    settings = package.Configuration(host=desk.url)
    settings.access_token = desk.server.token
    return getattr(package, name)(package.ApiClient(configuration=settings))


def test_pages_with_histories_and_associations(desk: Desk) -> None:
    made = [desk.store.create("deals", {"dealstage": "offer"}) for _ in range(3)]
    company = desk.store.create("companies", {})
    desk.store.associate("deals", made[0], "companies", company, is_primary=True)
    desk.store.clock.advance(1)
    desk.store.update("deals", made[0], {"dealstage": "won"})
    deals = api(desk, "crm.deals", "BasicApi")
    page = deals.get_page(
        limit=2, properties_with_history=["dealstage"], associations=["companies"]
    )
    assert [each.id for each in page.results] == [str(each) for each in made[:2]]
    history = page.results[0].properties_with_history["dealstage"]
    assert [each.value for each in history] == ["won", "offer"]
    assert history[1].timestamp == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert page.results[0].associations["companies"].results[0].id == str(company)
    rest = deals.get_page(after=page.paging.next.after)
    assert [each.id for each in rest.results] == [str(made[2])]
    assert rest.paging is None


def test_batch_and_search(desk: Desk) -> None:
    deal = desk.store.create("deals", {"amount": "5"})
    models = pytest.importorskip("hubspot.crm.deals")
    batch = models.BatchReadInputSimplePublicObjectId(
        inputs=[{"id": str(deal)}], properties=["amount"], properties_with_history=[]
    )
    read = api(desk, "crm.deals", "BatchApi").read(batch)
    assert read.results[0].properties["amount"] == "5"
    wanted = models.PublicObjectSearchRequest(
        filter_groups=[{"filters": [{"propertyName": "amount", "operator": "GTE", "value": "5"}]}],
        sorts=["amount"],
        limit=1,
    )
    found = api(desk, "crm.deals", "SearchApi").do_search(wanted)
    assert (found.total, found.results[0].id) == (1, str(deal))


def test_owners_pipelines_and_associations(desk: Desk) -> None:
    owner = Owner(1, "a@x.example", "Ada", "Li", 71, AT, AT, [(9, "North")])
    desk.store.directory.add_owner(owner)
    stage = Stage("won", "Won", 0, "1.0", True, AT, AT)
    desk.store.directory.add_pipeline("deals", Pipeline("new", "New", 0, AT, AT, [stage]))
    page = api(desk, "crm.owners", "OwnersApi").get_page()
    assert page.results[0].teams[0].name == "North"
    pipelines = api(desk, "crm.pipelines", "PipelinesApi").get_all("deals")
    assert pipelines.results[0].stages[0].metadata["isClosed"] == "true"
    deal, company = desk.store.create("deals", {}), desk.store.create("companies", {})
    desk.store.associate("deals", deal, "companies", company)
    models = pytest.importorskip("hubspot.crm.associations.v4")
    inputs = models.BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": str(deal)}])
    answer = api(desk, "crm.associations.v4", "BatchApi").get_page("deals", "companies", inputs)
    assert answer.results[0].to[0].to_object_id == str(company)


def test_refusals_are_its_exceptions(desk: Desk) -> None:
    models = pytest.importorskip("hubspot.crm.deals")
    with pytest.raises(models.ApiException) as refused:
        api(desk, "crm.deals", "BasicApi").get_page(limit=101)
    assert refused.value.status == 400
