"""Pipedrive, read to its end whatever happens meanwhile: what is landed is what the company has."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from dlt.sources.helpers.rest_client.auth import APIKeyAuth
from pydantic import SecretStr

from demo.servers.loopback import serve
from demo.servers.pipedrive import Pipedrive
from ingestion.api.client import Patience, SourceError
from ingestion.extraction import Extraction
from ingestion.persons import person_tables
from ingestion.sources import pipedrive
from ingestion.sources.declared import declared_streams
from ingestion.sources.pipedrive.client import PipedriveClient
from ingestion.sources.pipedrive.deals import DEALS
from ingestion.sources.pipedrive.lists import LOOKBACK, SWEEP_EVERY
from ingestion.sources.pipedrive.streams import streams
from ingestion.sources.registry import STREAMS
from jalur.errors import ConfigurationError
from jalur.paths import Home
from jalur.settings import Settings
from tests.ingestion.api.pipedrive_company import Desk, differences, reset, small

WEEK, HOUR = SWEEP_EVERY.total_seconds(), 3600
# Pages of deals so short that a few deals have several.
PER_PAGE = 20
BRIEF = Patience(attempts=3, first_pause=0.001, longest_pause=0.005, timeout=5)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[str, Pipedrive]]:
    server = Pipedrive(small())
    with serve(server) as url:
        yield url, server


@pytest.fixture
def desk(
    running: tuple[str, Pipedrive],
    tmp_path: Path,
    quick_landing: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    url, server = running
    reset(server)
    short = replace(DEALS, limit=PER_PAGE)
    monkeypatch.setattr("ingestion.sources.pipedrive.deals.DEALS", short)
    return Desk(url, server, Home(tmp_path / "home"))


def some_deals(desk: Desk, count: int) -> list[int]:
    return [desk.store.create("deals", title=f"Deal {n}") for n in range(count)]


def landed_rows(extraction: Extraction) -> dict[str, int]:
    return {each.entity: each.rows_landed for each in extraction.entities}


def gone_rows(extraction: Extraction) -> dict[str, int]:
    return {each.entity: each.rows_deleted for each in extraction.entities}


def test_everything_is_landed_once_and_then_only_what_changed(desk: Desk) -> None:
    ids = some_deals(desk, 50)
    organization = desk.store.create("organizations", name="Oak")
    person = desk.store.create("persons", name="Ann", emails=[{"value": "a@example.org"}])
    product = desk.store.create("products", name="Saw")
    desk.store.create("activities", deal_id=ids[0])
    desk.store.attach(ids[1], product, 10.0)
    desk.store.clock.advance(HOUR)
    first = desk.extract()
    assert differences(desk) == []
    assert landed_rows(first) == {
        "users": 1, "pipelines": 1, "stages": 3, "organizations": 1, "persons": 1, "products": 1,
        "deals": 50, "deal_changelogs": 50, "deal_products": 1, "activities": 1,
    }  # fmt: skip
    assert not [check for check in first.checks if check.status == "failed"]
    desk.store.clock.advance(HOUR)
    desk.store.update("deals", ids[7], stage_id=2, org_id=organization, person_id=person)
    desk.store.update("products", product, name="Handsaw")
    desk.store.detach(ids[1])
    second = desk.extract()
    assert differences(desk) == []
    changed = {"users": 1, "pipelines": 1, "stages": 3, "products": 1, "deals": 2}
    found = {name: count for name, count in landed_rows(second).items() if count}
    assert found == changed | {"deal_changelogs": 2}
    assert gone_rows(second)["deal_products"] == 1


def test_a_company_of_no_records_is_no_error(desk: Desk) -> None:
    desk.store.purge("users", 1)
    extraction = desk.extract()
    assert not [check for check in extraction.checks if check.refuses]
    assert desk.landed("deals") == {}


def test_the_whole_log_comes_with_every_change_however_long(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.sources.pipedrive.deals.LIMIT", 3)
    (deal,) = some_deals(desk, 1)
    desk.extract()
    for number in range(10):
        desk.store.clock.advance(60)
        desk.store.update("deals", deal, value=number + 1)
    desk.extract()
    changes = desk.landed("deal_changelogs")[str(deal)][1]["changes"]
    assert [change["new_value"] for change in changes] == [str(n) for n in range(10, 0, -1)]


def test_archived_and_back(desk: Desk) -> None:
    ids = some_deals(desk, 3)
    desk.extract()
    desk.store.clock.advance(HOUR)
    desk.store.archive(ids[0])
    desk.extract()
    assert differences(desk) == []
    assert desk.landed("deals")[str(ids[0])][1]["is_archived"]
    desk.store.clock.advance(WEEK)
    # Archived deals are not missing, either.
    assert gone_rows(desk.extract())["deals"] == 0
    desk.store.unarchive(ids[0])
    desk.extract()
    assert differences(desk) == []


@pytest.mark.parametrize(("is_update", "log_status"), [(True, None), (False, 404)])
def test_deleted_and_restored(desk: Desk, is_update: bool, log_status: int | None) -> None:
    """Whether a deletion counts as an update is nowhere documented, nor whether a log stays."""
    ids = some_deals(desk, 4)
    desk.server.deleted_log_status = log_status
    desk.store.archive(ids[1])
    desk.store.clock.advance(HOUR)
    desk.extract()
    desk.store.clock.advance(WEEK)
    for deal in ids[:2]:
        desk.store.delete("deals", deal, is_update=is_update)
    extraction = desk.extract()
    assert differences(desk) == []
    # Found in their own list, and not by the sweep of this week.
    assert (landed_rows(extraction)["deals"], gone_rows(extraction)["deals"]) == (2, 0)
    desk.store.clock.advance(HOUR)
    assert landed_rows(desk.extract())["deals"] == 0
    desk.store.restore("deals", ids[0], is_update=is_update)
    desk.extract()
    assert differences(desk) == []
    assert not desk.landed("deals")[str(ids[0])][0]
    desk.store.delete("deals", ids[0], is_update=is_update)
    desk.extract()
    assert desk.landed("deals")[str(ids[0])][0]


def test_a_merged_deal_is_a_deleted_one(desk: Desk) -> None:
    loser, winner = some_deals(desk, 2)
    activity = desk.store.create("activities", deal_id=loser)
    desk.extract()
    desk.store.clock.advance(HOUR)
    desk.store.merge(loser, winner)
    desk.extract()
    assert differences(desk) == []
    assert desk.landed("deals")[str(loser)][0]
    assert desk.landed("activities")[str(activity)][1]["deal_id"] == winner


def test_what_was_purged_is_noticed_within_a_week(desk: Desk) -> None:
    ids = some_deals(desk, 25)
    person = desk.store.create("persons", name="Ann")
    desk.extract()
    desk.store.purge("deals", ids[20])
    # Of persons no list has the deleted ones.
    desk.store.delete("persons", person)
    desk.store.clock.advance(timedelta(days=1).total_seconds())
    desk.extract()
    assert differences(desk) == [
        f"persons {person} is deleted: False",
        f"persons {person} has other values",
        f"deals {ids[20]} is gone and was landed as present",
    ]
    desk.store.clock.advance(WEEK)
    extraction = desk.extract()
    assert differences(desk) == []
    assert (gone_rows(extraction)["deals"], gone_rows(extraction)["persons"]) == (1, 1)


def test_a_deletion_stays_when_its_deal_is_purged(desk: Desk) -> None:
    ids = some_deals(desk, 3)
    desk.extract()
    desk.server.bin_days = 30
    desk.store.delete("deals", ids[0])
    desk.store.clock.advance(HOUR)
    desk.extract()
    desk.store.clock.advance(timedelta(days=35).total_seconds())
    assert gone_rows(desk.extract())["deals"] == 0
    assert desk.landed("deals")[str(ids[0])][0]


def test_a_token_that_sees_less_has_lost_nothing(desk: Desk) -> None:
    ids = some_deals(desk, 60)
    desk.extract()
    for deal in ids[:30]:
        desk.store.purge("deals", deal)
    desk.store.clock.advance(WEEK)
    with pytest.raises(SourceError, match="30 of 60 deals are not listed any more"):
        desk.extract()
    assert not any(is_deleted for is_deleted, _ in desk.landed("deals").values())
    desk.most_deletions = 1
    desk.extract()
    assert differences(desk) == []


def test_what_is_listed_and_was_never_landed_comes_with_the_sweep(desk: Desk) -> None:
    some_deals(desk, 3)
    desk.extract()
    late = desk.store.create("deals", title="Late", update_time="2020-01-01T00:00:00Z")
    desk.store.clock.advance(HOUR)
    desk.extract()
    assert str(late) not in desk.landed("deals")
    desk.store.clock.advance(WEEK)
    desk.extract()
    assert differences(desk) == []


@pytest.mark.parametrize("is_told", [True, False])
def test_used_up_tokens_stop_cleanly_and_the_next_run_goes_on(desk: Desk, is_told: bool) -> None:
    """The header about the day's tokens may be missing: then a limit that lasts is the day's."""
    some_deals(desk, 2 * PER_PAGE + 5)
    desk.server.limits.daily_tokens = 800
    desk.server.limits.tells_tokens = is_told
    extraction = desk.extract(BRIEF)
    (whole,) = [check for check in extraction.checks if check.check_name == "source_read_whole"]
    assert whole.refuses
    assert "used up" in whole.detail
    assert "deals" in whole.detail
    assert desk.token not in whole.detail
    # A whole page of deals has come, and the next run does not read it again.
    desk.server.limits.daily_tokens = None
    again = desk.extract()
    assert differences(desk) == []
    assert landed_rows(again)["deal_changelogs"] == PER_PAGE + 5


def test_the_burst_limit_is_waited_for(desk: Desk) -> None:
    some_deals(desk, 12)
    desk.server.limits.burst = 10
    patience = Patience(first_pause=0.2, longest_pause=0.5, timeout=5)
    desk.server.limits.timer = _quick_clock(desk.server.limits.timer)
    desk.extract(patience)
    assert differences(desk) == []


def _quick_clock(timer: Callable[[], float]) -> Callable[[], float]:
    """Two seconds pass in a fifth of one."""
    return lambda: timer() * 10


def test_faults_on_the_way_lose_nothing(desk: Desk) -> None:
    some_deals(desk, 30)
    desk.extract()
    faults = desk.server.faults
    faults.too_many_requests = faults.server_error = faults.connection_reset = 0.06
    faults.truncated_json = faults.wrong_content_type = faults.error_body_with_200 = 0.06
    faults.retry_after = None
    desk.store.clock.advance(HOUR)
    for deal in range(1, 31):
        desk.store.update("deals", deal, stage_id=2)
    desk.extract()
    assert sum(faults.given.values()) > 5
    assert differences(desk) == []


def test_a_cursor_of_another_day_begins_its_list_anew(desk: Desk) -> None:
    some_deals(desk, 2 * PER_PAGE)
    (deals,) = [stream for stream in streams(_client(desk), desk.home) if stream.name == "deals"]
    mark = {"began": "2026-03-01T00:00:00+00:00", "list": 0, "cursor": "forgotten"}
    assert deals.read is not None
    pages = list(deals.read(mark))
    found = {deal["id"] for page in pages if page.stream is None for deal in page.records}
    assert len(found) == 2 * PER_PAGE
    assert pages[-1].bookmark["since"] == mark["began"]


def _client(desk: Desk) -> PipedriveClient:
    auth = APIKeyAuth(name="x-api-token", api_key=desk.token, location="header")
    return PipedriveClient(desk.url, auth, BRIEF)


def test_the_token_is_in_no_error_and_follows_no_redirect(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.token = "secret-token-of-somebody"
    with pytest.raises(SourceError, match="HTTP 401: unauthorized access") as refused:
        desk.extract(BRIEF)
    assert desk.token not in str(refused.value)
    asked = []

    def elsewhere(self, request, **_):  # type: ignore[no-untyped-def]
        asked.append(request.url)
        response = requests.Response()
        response.status_code, response.request, response.url = 302, request, request.url
        response.headers["Location"] = "https://elsewhere.example/api/v1/users"
        response.raw = _Nothing()
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", elsewhere)
    with pytest.raises(SourceError, match="TooManyRedirects") as moved:
        desk.extract(BRIEF)
    assert desk.token not in str(moved.value)
    assert {url.partition("?")[0] for url in asked} == {f"{desk.url}/api/v1/users"}
    assert not any(desk.token in url for url in asked)


class _Nothing:
    """The body of a response that has none."""

    def read(self, *_: object, **__: object) -> bytes:
        return b""

    def release_conn(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.mark.parametrize("missing", ["pipedrive_url", "pipedrive_token"])
def test_without_address_or_token_nothing_begins(tmp_path: Path, missing: str) -> None:
    settings = Settings(
        _env_file=None,
        home=tmp_path,
        pipedrive_url="https://company.pipedrive.com",
        pipedrive_token=SecretStr("t"),
    ).model_copy(update={missing: None})
    with pytest.raises(ConfigurationError, match="JALUR_PIPEDRIVE_TOKEN"):
        pipedrive.extract(settings, "run")


def test_an_address_without_encryption_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must begin with https"):
        Settings(_env_file=None, home=tmp_path, pipedrive_url="http://company.pipedrive.com")


def test_the_registry_names_every_stream(desk: Desk) -> None:
    settings = Settings(_env_file=None, home=desk.home.root)
    assert tuple(declared_streams("pipedrive", settings)) == STREAMS["pipedrive"]


def test_what_changes_while_the_clock_of_the_list_is_late_is_looked_for_again(desk: Desk) -> None:
    ids = some_deals(desk, 5)
    desk.store.clock.advance(HOUR)
    desk.extract()
    began = desk.store.clock.now
    desk.store.clock.set(began - LOOKBACK + timedelta(seconds=1))
    desk.store.update("deals", ids[2], stage_id=3)
    desk.store.clock.set(began + timedelta(hours=1))
    desk.extract()
    assert differences(desk) == []


def test_an_erased_person_keeps_ids_and_times_alone() -> None:
    table = person_tables("pipedrive")["contact"]
    person = {"id": 1, "name": "Ann", "org_id": 2, "add_time": "t", "phones": [{"value": "1"}]}
    person["emails"] = [{"value": "a@example.org", "primary": True}, {"value": "b@example.org"}]
    payload = json.dumps(person)
    assert list(table.addresses_in(payload)) == ["a@example.org", "b@example.org"]
    assert json.loads(table.emptied(payload)) == {"id": 1, "org_id": 2, "add_time": "t"}
