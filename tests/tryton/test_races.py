"""What happens to opportunities while they are read is landed in the end, and never wrongly."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.api.bookmarks import forget_bookmarks
from ingestion.api.client import SourceError
from ingestion.api.sync import sync
from ingestion.sources.tryton import opportunities
from ingestion.sources.tryton.landed import TABLE, known_opportunities
from ingestion.sources.tryton.server import Refused
from ingestion.sources.tryton.streams import streams
from jalur.paths import Home
from tests.tryton.stand_in import START, StandIn


@pytest.fixture
def server() -> StandIn:
    """Three opportunities, one of them deleted."""
    found = StandIn()
    for record_id, second, state in (
        (1, 0, "lead"), (2, 10, "lead"), (1, 20, "opportunity"), (3, 30, "lead"),
        (3, 40, "cancelled"), (3, 50, None), (2, 60, "lost"),
    ):  # fmt: skip
        found.change(record_id, second, state)
    return found


def extract(server: StandIn, folder: Path, run_id: str) -> None:
    *_, stream = streams(server, Home(folder))
    sync(Home(folder), "tryton", run_id, [stream])


def landed(folder: Path) -> list[tuple[int, int, str | None]]:
    """As the history of the stand-in: id, seconds after the start, state."""
    pattern = Home(folder).landed_table("tryton", TABLE) / "*.parquet"
    rows = duckdb.execute(
        "select cast(payload ->> '$.id' as int), source_updated_at, is_deleted,"
        f" payload ->> '$.record.state' from read_parquet('{pattern}') order by 2, 1"
    ).fetchall()
    return [
        (record_id, int((at - START).total_seconds()), None if is_deleted else state)
        for record_id, at, is_deleted, state in rows
    ]


def told(server: StandIn) -> list[tuple[int, int, str | None]]:
    return sorted(
        ((i, int((at - START).total_seconds()), state) for i, at, state in server.history),
        key=lambda each: (each[1], each[0]),
    )


def change_once(server: StandIn, method: str, *changes: tuple[int, int, str | None]) -> None:
    """Let these be saved just before the server answers to a method for the first time."""
    waiting = list(changes)

    def before(called: str) -> None:
        while called == method and waiting:
            server.change(*waiting.pop())

    server.before_call = before


def test_everything_is_landed_once(server: StandIn, tmp_path: Path) -> None:
    extract(server, tmp_path, "first")
    extract(server, tmp_path, "second")
    assert landed(tmp_path) == told(server)


def test_what_was_deleted_carries_what_it_held(server: StandIn, tmp_path: Path) -> None:
    extract(server, tmp_path, "first")
    server.change(2, 70, None)
    extract(server, tmp_path, "second")
    pattern = Home(tmp_path).landed_table("tryton", TABLE) / "*.parquet"
    rows = duckdb.execute(
        f"select payload ->> '$.record.state' from read_parquet('{pattern}') where is_deleted"
        " order by source_updated_at"
    ).fetchall()
    assert rows == [("cancelled",), ("lost",)]


def test_a_write_meanwhile_hides_nothing(server: StandIn, tmp_path: Path) -> None:
    # Its transaction began before the last change of another, and is saved after that was told.
    change_once(server, "search_read", (1, 35, "converted"))
    extract(server, tmp_path, "first")
    assert (1, 20, "converted") not in landed(tmp_path)
    extract(server, tmp_path, "second")
    assert landed(tmp_path) == told(server)


def test_a_deletion_meanwhile_is_none_of_what_was_before(server: StandIn, tmp_path: Path) -> None:
    change_once(server, "search_read", (1, 35, None))
    extract(server, tmp_path, "first")
    assert (1, 20, None) not in landed(tmp_path)
    extract(server, tmp_path, "second")
    assert landed(tmp_path) == told(server)


def test_what_comes_and_goes_while_it_is_read_is_seen(server: StandIn, tmp_path: Path) -> None:
    change_once(server, "fields_get", (4, 71, "lead"), (4, 72, None), (5, 73, "lead"))
    extract(server, tmp_path, "first")
    extract(server, tmp_path, "second")
    assert landed(tmp_path) == told(server)


def test_what_came_back_is_back(server: StandIn, tmp_path: Path) -> None:
    extract(server, tmp_path, "first")
    server.change(3, 80, "lead")
    server.change(3, 90, None)
    server.change(3, 95, "lost")
    extract(server, tmp_path, "second")
    assert landed(tmp_path) == told(server)


def test_what_broke_off_goes_on(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opportunities, "BATCH", 1)
    asked = []

    def fail_once(method: str) -> None:
        if method == "history_revisions":
            asked.append(method)
            if len(asked) == 3:
                raise SourceError("the connection is lost")

    server.before_call = fail_once
    with pytest.raises(SourceError):
        extract(server, tmp_path, "first")
    assert {record_id for record_id, _, _ in landed(tmp_path)} == {1, 2}
    extract(server, tmp_path, "second")
    assert landed(tmp_path) == told(server)


def test_what_could_not_be_told_is_asked_for_until_it_can(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opportunities, "BATCH", 1)
    true = StandIn.call

    def fail(self: StandIn, model: str, method: str, arguments: Any, context: Any = None) -> Any:
        if method == "history_revisions" and 2 in arguments["ids"]:
            raise Refused("the database is busy")
        return true(self, model, method, arguments, context)

    # It is known, and does not change any more.
    extract(server, tmp_path, "first")
    server.change(2, 70, "won")
    monkeypatch.setattr(StandIn, "call", fail)
    extract(server, tmp_path, "second")
    monkeypatch.setattr(StandIn, "call", true)
    nothing_changes(monkeypatch)
    extract(server, tmp_path, "third")
    assert landed(tmp_path) == told(server)


def nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on no opportunity is told when asked for what was written since."""
    all_ids = StandIn.all_ids

    def unchanged(self: StandIn, model: str, domain: Any = ()) -> list[int]:
        return [] if "OR" in domain else all_ids(self, model, domain)

    monkeypatch.setattr(StandIn, "all_ids", unchanged)


def test_a_change_that_was_saved_long_after_its_time_is_noticed_by_the_state(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract(server, tmp_path, "first")
    server.change(2, 70, "won")
    nothing_changes(monkeypatch)
    extract(server, tmp_path, "second")
    assert landed(tmp_path) == told(server)


def test_what_was_out_of_sight_and_is_back_is_not_deleted(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract(server, tmp_path, "first")
    assert not known_opportunities(Home(tmp_path), "tryton")[1]
    # It is moved to a company that the user is not in: of that revision there is nothing to see.
    server.change(1, 70, "opportunity")
    server.hidden = {1: 70}
    extract(server, tmp_path, "second")
    assert known_opportunities(Home(tmp_path), "tryton")[1]
    server.hidden = {}
    nothing_changes(monkeypatch)
    extract(server, tmp_path, "third")
    assert not known_opportunities(Home(tmp_path), "tryton")[1]
    assert len(landed(tmp_path)) == len(told(server)) + 1
    extract(server, tmp_path, "fourth")
    assert len(landed(tmp_path)) == len(told(server)) + 1, "nothing is read for ever"


def test_many_that_are_gone_at_once_are_out_of_sight(server: StandIn, tmp_path: Path) -> None:
    for record_id in range(10, 110):
        server.change(record_id, 100, "lead")
    extract(server, tmp_path, "first")
    for record_id in range(10, 40):
        server.change(record_id, 200, "opportunity")
        server.hidden[record_id] = 200
    with pytest.raises(SourceError, match="30 of 102 opportunity_revisions are not listed"):
        extract(server, tmp_path, "second")
    assert sum(known_opportunities(Home(tmp_path), "tryton").values()) == 1


def test_read_again_from_the_beginning_lands_what_is_another(
    server: StandIn, tmp_path: Path
) -> None:
    extract(server, tmp_path, "first")
    forget_bookmarks(Home(tmp_path), "tryton", [TABLE])
    extract(server, tmp_path, "second")
    assert landed(tmp_path) == told(server)
    server.number = "OPP-1"
    forget_bookmarks(Home(tmp_path), "tryton", [TABLE])
    extract(server, tmp_path, "third")
    pattern = Home(tmp_path).landed_table("tryton", TABLE) / "*.parquet"
    numbered = duckdb.execute(
        f"select count(*) from read_parquet('{pattern}')"
        " where payload ->> '$.record.number' = 'OPP-1'"
    ).fetchall()
    # Every revision of what is there; a deal that is gone stays as it was.
    assert numbered == [(4,)]
