"""Whatever people do in Pipedrive while it is read, it ends up landed as it is."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from demo.servers.loopback import serve
from demo.servers.pipedrive import Pipedrive
from ingestion.sources.pipedrive.deals import DEALS
from ingestion.sources.pipedrive.lists import LOOKBACK, SWEEP_EVERY
from jalur.paths import Home
from tests.ingestion.api.pipedrive_company import Desk, differences, reset, small
from tests.ingestion.api.portal import write_parquet

SCHEDULES = int(os.environ.get("SCHEDULES", "30")) // 10

# Seconds that pass before an edit: many happen in one moment, some far apart.
pauses = st.sampled_from([0, 0, 0, 1, 30, 3600])
edits = st.tuples(
    st.sampled_from(
        [
            "create",
            "update",
            "update",
            "archive",
            "unarchive",
            "delete",
            "restore",
            "merge",
            "purge",
        ]
    ),
    st.integers(0, 2**16),
    pauses,
)
# Of every reading the edits before each of its calls, by the number of the call.
readings = st.lists(
    st.dictionaries(st.integers(1, 60), st.lists(edits, min_size=1, max_size=6), max_size=8),
    min_size=1,
    max_size=3,
)


def edits_of(
    desk: Desk, wanted: list[tuple[str, int, float]], is_update: bool
) -> Callable[[], None]:
    def make() -> None:
        for kind, seed, pause in wanted:
            edit(desk, kind, seed, pause, is_update)

    return make


def edit(desk: Desk, kind: str, seed: int, pause: float, is_update: bool) -> None:
    """One edit of a random deal; whether a deletion counts as an update is nowhere documented."""
    store = desk.store
    store.clock.advance(pause)
    deals = list(store.of_kind("deals"))
    present = [deal["id"] for deal in deals if not deal["is_deleted"]]
    deleted = [deal["id"] for deal in deals if deal["is_deleted"]]
    archived = [deal["id"] for deal in deals if deal["is_archived"] and not deal["is_deleted"]]
    rng = random.Random(seed)
    if kind == "create" or len(present) < 3:
        store.create("deals", title=f"New {seed}")
    elif kind == "update":
        store.update("deals", rng.choice(present), stage_id=rng.choice([1, 2, 3]))
    elif kind == "archive":
        store.archive(rng.choice(present))
    elif kind == "delete":
        store.delete("deals", rng.choice(present), is_update=is_update)
    elif kind == "merge":
        store.merge(*rng.sample(present, 2))
    elif kind == "purge":
        store.purge("deals", rng.choice(present))
    elif kind == "unarchive" and archived:
        store.unarchive(rng.choice(archived))
    elif kind == "restore" and deleted:
        store.restore("deals", rng.choice(deleted), is_update=is_update)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Pipedrive]]:
    company = Pipedrive(small())
    with serve(company) as url:
        yield url, company


@settings(
    max_examples=SCHEDULES,
    deadline=None,
    # A plan is short as it is; making it shorter takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(plan=readings, is_update=st.booleans())
def test_edits_while_it_is_read(
    plan: list[dict[int, list[tuple[str, int, float]]]],
    is_update: bool,
    server: tuple[str, Pipedrive],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingestion.api.sync.land", write_parquet)
    monkeypatch.setattr("ingestion.api.sync.load_pending", lambda *_: None)
    # Short pages, so that an edit finds the reading in the middle.
    monkeypatch.setattr("ingestion.sources.pipedrive.deals.DEALS", replace(DEALS, limit=5))
    monkeypatch.setattr("ingestion.sources.pipedrive.lists.LIMIT", 7)
    url, company = server
    reset(company)
    home: Path = tmp_path_factory.mktemp("home")
    # A plan may delete nearly all there is.
    desk = Desk(url, company, Home(home), most_deletions=1)
    for number in range(16):
        desk.store.create("deals", title=f"Deal {number}")
    for calls in plan:
        for call, wanted in calls.items():
            company.faults.before_call(call, edits_of(desk, wanted, is_update))
        desk.extract()
        desk.store.clock.advance(LOOKBACK.total_seconds() / 2)
    # Quiet now: the next reading brings everything but what nothing but a sweep can tell.
    company.faults._callbacks.clear()
    desk.store.clock.advance(60)
    desk.extract()
    told = [difference for difference in differences(desk) if "is gone and was" not in difference]
    assert told == []
    desk.store.clock.advance(SWEEP_EVERY.total_seconds())
    desk.extract()
    assert differences(desk) == []
