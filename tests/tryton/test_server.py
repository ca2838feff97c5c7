"""The harness itself: Tryton's own history of each opportunity is what the driver logged."""

import os
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import pytest

from tests.tryton.conftest import CACHE
from tests.tryton.drive import OPPORTUNITY, Change, Driver
from tests.tryton.rpc import Record, Rpc, RpcError, by_key
from tests.tryton.server import NotInstallable, Server, tryton
from tests.tryton.world import READER, READER_PASSWORD, World

pytestmark = pytest.mark.slow

TRACKED = ["state", "amount", "conversion_probability", "employee", "end_date"]


def logged(driver: Driver) -> dict[int, list[Change]]:
    by_record: dict[int, list[Change]] = defaultdict(list)
    for change in driver.changes:
        by_record[change.record_id].append(change)
    return by_record


def revisions(rpc: Rpc, ids: list[int]) -> dict[int, list[datetime]]:
    """When each was changed, in the order of time; the server gives the newest first."""
    by_record: dict[int, list[datetime]] = defaultdict(list)
    for at, record_id, _ in reversed(rpc.call(OPPORTUNITY + "history_revisions", ids)):
        by_record[record_id].append(at)
    return by_record


def read_at(rpc: Rpc, ids: list[int], at: datetime) -> dict[int, Record]:
    """What they held then, without those that were deleted."""
    domain = [["id", "in", ids]]
    rows = rpc.call(
        OPPORTUNITY + "search_read", domain, 0, None, None, TRACKED, context={"_datetime": at}
    )
    return {row.pop("id"): row for row in rows}


def test_each_call_left_one_revision_between_its_two_clocks(admin: Rpc, driver: Driver) -> None:
    changes = logged(driver)
    found = revisions(admin, list(changes))
    assert {i: len(times) for i, times in found.items()} == {i: len(c) for i, c in changes.items()}
    outside = [
        (change, at)
        for record_id, times in found.items()
        for change, at in zip(changes[record_id], times, strict=True)
        if not change.before <= at <= change.after
    ]
    assert outside == []


def test_each_revision_holds_what_the_call_made_of_the_record(admin: Rpc, driver: Driver) -> None:
    changes = logged(driver)
    changed_at: dict[datetime, dict[int, Change]] = defaultdict(dict)
    for record_id, times in revisions(admin, list(changes)).items():
        for change, at in zip(changes[record_id], times, strict=True):
            changed_at[at][record_id] = change
    for at, those in changed_at.items():
        expected = {i: change.values for i, change in those.items() if change.values is not None}
        assert read_at(admin, list(those), at) == expected


def test_every_state_was_passed(driver: Driver) -> None:
    actions = Counter(change.action for change in driver.changes)
    states = {change.values["state"] for change in driver.changes if change.values}
    assert states == {"lead", "opportunity", "converted", "won", "lost", "cancelled"}
    assert actions["delete"] >= 2
    assert driver.state_changes() >= 120


def test_only_the_history_still_knows_a_deleted_record(admin: Rpc, driver: Driver) -> None:
    deleted = [change.record_id for change in driver.changes if change.action == "delete"]
    living = admin.call(OPPORTUNITY + "search", [], 0, None, [["id", "ASC"]])
    assert living == sorted(driver.now)
    with pytest.raises(RpcError, match="trying to read records"):
        admin.call(OPPORTUNITY + "read", deleted, ["state"])
    for record_id, (*_, cancelled, gone) in revisions(admin, deleted).items():
        assert read_at(admin, [record_id], cancelled)[record_id]["state"] == "cancelled"
        assert read_at(admin, [record_id], gone) == {}


def test_a_reader_sees_the_same_by_session_and_by_key(
    server: Server, admin: Rpc, world: World, driver: Driver
) -> None:
    reader = Rpc(server.url, READER, READER_PASSWORD)
    reader.log_in()
    ids = list(logged(driver))
    seen = admin.call(OPPORTUNITY + "history_revisions", ids)
    assert reader.call(OPPORTUNITY + "history_revisions", ids) == seen
    model = "sale.opportunity"
    assert by_key(server.url, world.key, model, "history_revisions", ids=ids) == seen
    middle = seen[len(seen) // 2][0]
    rows = by_key(
        server.url,
        world.key,
        model,
        "search_read",
        context={"_datetime": middle},
        domain=[["id", "in", ids]],
        fields_names=TRACKED,
    )
    assert {row.pop("id"): row for row in rows} == read_at(admin, ids, middle)
    with pytest.raises(RpcError, match="not allowed"):
        reader.call(OPPORTUNITY + "write", [min(driver.now)], {"amount": None})


def test_nothing_is_left_running(server: Server, tmp_path: Path) -> None:
    with tryton(CACHE, tmp_path) as second:
        assert second.pid != server.pid
    with pytest.raises(ProcessLookupError):
        os.killpg(second.pid, 0)


def test_without_a_package_index_there_is_a_reason_to_skip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(NotInstallable, match=r"no Tryton: .*argon2"), tryton(tmp_path, tmp_path):
        pass
