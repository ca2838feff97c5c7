"""Whatever people do in the portal while it is read, it ends up landed as it is."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from demo.servers.hubspot import HubSpot
from ingestion.sources.hubspot.object_calls import LOOKBACK
from ingestion.sources.hubspot.objects import SWEEP_EVERY
from jalur.paths import Home
from tests.ingestion.api.portal import Desk, differences, reset, write_parquet

SCHEDULES = int(os.environ.get("SCHEDULES", "10"))
WEEK = SWEEP_EVERY.total_seconds()

# Seconds that pass before an edit: many happen in one moment, some far apart.
pauses = st.sampled_from([0, 0, 0, 0.001, 1, 30, 3600])
edits = st.tuples(
    st.sampled_from(["create", "update", "update", "archive", "restore", "merge", "delete"]),
    st.integers(0, 2**16),
    pauses,
)
# Of every reading the edits before each of its calls, by the number of the call.
readings = st.lists(
    st.dictionaries(st.integers(1, 40), st.lists(edits, min_size=1, max_size=6), max_size=8),
    min_size=1,
    max_size=4,
)


def edits_of(desk: Desk, wanted: list[tuple[str, int, float]]) -> Callable[[], None]:
    def make() -> None:
        for kind, seed, pause in wanted:
            edit(desk, kind, seed, pause)

    return make


def edit(desk: Desk, kind: str, seed: int, pause: float) -> None:
    """One edit of a random deal of those that there are."""
    store = desk.store
    store.clock.advance(pause)
    records = list(store.after("deals"))
    present = [record.id for record in records if not record.archived]
    rng = random.Random(seed)
    if kind == "create" or len(present) < 3:
        store.create("deals", {"dealname": f"New {seed}", "dealstage": "new"})
    elif kind == "update":
        store.update("deals", rng.choice(present), {"dealstage": rng.choice("abc")})
    elif kind == "archive":
        store.archive("deals", rng.choice(present))
    elif kind == "delete":
        store.delete("deals", rng.choice(present))
    elif kind == "merge":
        first, second = rng.sample(present, 2)
        store.merge("deals", first, second, keep_id=seed % 2 == 0)
    elif archived := [record.id for record in records if record.archived]:
        store.restore("deals", rng.choice(archived))


@pytest.fixture(scope="module")
def server(running: tuple[str, HubSpot]) -> tuple[str, HubSpot]:
    return running


@settings(
    max_examples=SCHEDULES,
    deadline=None,
    # A plan is short as it is; making it shorter takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(plan=readings)
def test_edits_while_it_is_read(
    plan: list[dict[int, list[tuple[str, int, float]]]],
    server: tuple[str, HubSpot],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingestion.api.sync.land", write_parquet)
    monkeypatch.setattr("ingestion.api.sync.load_pending", lambda *_: None)
    # Short pages, so that an edit finds the reading in the middle.
    monkeypatch.setattr("ingestion.sources.hubspot.object_calls.LIST_LIMIT", 7)
    monkeypatch.setattr("ingestion.sources.hubspot.object_calls.SEARCH_LIMIT", 5)
    url, portal = server
    reset(portal)
    home: Path = tmp_path_factory.mktemp("home")
    # A plan may delete nearly all there is.
    desk = Desk(url, portal, Home(home), most_deletions=1)
    for number in range(25):
        desk.store.create("deals", {"dealname": f"Deal {number}", "dealstage": "new"})
    for calls in plan:
        for call, wanted in calls.items():
            portal.faults.before_call(call, edits_of(desk, wanted))
        desk.extract()
        desk.store.clock.advance(LOOKBACK.total_seconds() / 2)
    # Quiet now: the next reading brings everything but what nothing but a sweep can tell.
    portal.faults.quiet()
    portal.faults._callbacks.clear()
    desk.store.clock.advance(60)
    desk.extract()
    told = [difference for difference in differences(desk) if "is gone and was" not in difference]
    assert told == []
    desk.store.clock.advance(WEEK)
    desk.extract()
    assert differences(desk) == []
