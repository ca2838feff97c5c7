"""What is extracted while people work in Tryton is, in the end, exactly what its history says."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.extraction import Extraction
from ingestion.sources import tryton as source
from jalur.settings import Settings
from tests.tryton.conftest import CACHE
from tests.tryton.drive import Driver, clock
from tests.tryton.rpc import Record, Rpc
from tests.tryton.server import NotInstallable, tryton
from tests.tryton.truth import Past, Transition, held_at, past, stages_logged
from tests.tryton.world import READER, READER_PASSWORD, build
from tests.warehouse import build as build_warehouse

# One server and one driven company, on one worker.
pytestmark = pytest.mark.slow

MODELS = "+fct_stage_transitions +fct_deal_history +dim_reps +dim_accounts"


@dataclass(frozen=True)
class Size:
    opportunities: int
    stage_changes: int
    largest_batch: int


SMALL = Size(60, 150, largest_batch=8)
FULL = Size(560, 2200, largest_batch=20)


@dataclass
class Work:
    """What was driven, what Tryton says of it, and what was extracted meanwhile."""

    home: Path
    driver: Driver
    past: Past
    held: dict[datetime, dict[int, Record]]
    """At some moments, what Tryton says that each opportunity held."""
    extractions: list[Extraction] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def query(self, text: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(text).fetchall()


@pytest.fixture(
    scope="module",
    params=[pytest.param(SMALL, id="small"), pytest.param(FULL, id="full", marks=pytest.mark.full)],
)
def work(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Work]:
    """People work in three phases, with an extraction after each, and one more at the end."""
    size: Size = request.param
    home = tmp_path_factory.mktemp("home")
    folder = tmp_path_factory.mktemp("tryton")
    try:
        with tryton(CACHE, folder) as server:
            admin = Rpc(server.url, server.login, server.password)
            admin.log_in()
            world = build(admin)
            driver = Driver(admin, world, largest_batch=size.largest_batch)
            address, _, database = server.url.rstrip("/").rpartition("/")
            common = {"home": home, "tryton_url": address, "tryton_database": database}
            by_session = {"tryton_login": READER, "tryton_password": READER_PASSWORD}
            by_key = {"tryton_key": world.key}
            done = Work(home, driver, Past(0, {}), {})
            for number, user in enumerate((by_session, by_key, by_session), start=1):
                done.seconds[f"drive {number}"] = _drive(driver, size, 3)
                started = time.monotonic()
                settings = Settings.model_validate(common | user)
                done.extractions.append(source.extract(settings, f"run-{number}"))
                done.seconds[f"extract {number}"] = time.monotonic() - started
            done.extractions.append(
                source.extract(Settings.model_validate(common | by_key), "run-4")
            )
            started = time.monotonic()
            ids = sorted({change.record_id for change in driver.changes})
            done.past = past(admin, ids)
            done.held = {at: held_at(admin, ids, at) for at in _moments(done.past)}
            done.seconds["ask Tryton"] = time.monotonic() - started
    except NotInstallable as reason:
        pytest.skip(str(reason))
    started = time.monotonic()
    build_warehouse(home, clock(), source="tryton", select=MODELS)
    done.seconds["build"] = time.monotonic() - started
    yield done
    _tell(done)


def _drive(driver: Driver, size: Size, phases: int) -> float:
    """One phase of the work; among it, deals that live and die before anybody looks, and some that
    go by way of their sale and come back."""
    started = time.monotonic()
    for _ in range(size.opportunities // phases // 20):
        driver.create(20)
    driver.run(size.stage_changes // phases)
    for action in ("cancel", "delete"):
        driver.act(action, driver.candidates(action)[:2])
    doomed = driver.create(2)
    for action in ("cancel", "lead", "cancel", "delete"):
        driver.act(action, doomed)
    returning = driver.create(2)
    for action in ("opportunity", "convert", "cancel_sale", "quote_again"):
        driver.act(action, returning)
    return time.monotonic() - started


def _moments(found: Past) -> list[datetime]:
    """Some at which something changed, to the microsecond: boundaries belong to one side."""
    times = sorted({at for states in found.states.values() for at, _ in states})
    return [*random.Random(5).sample(times[1:-1], 9), times[-1]]


def _tell(done: Work) -> None:
    rows = [f"{each.run_id}: {each.rows_landed} rows" for each in done.extractions]
    seconds = [f"{what}: {taken:.1f} s" for what, taken in done.seconds.items()]
    print(
        f"\n{len(done.past.states)} opportunities, {done.driver.state_changes()} stage changes,"
        f" {done.past.revisions} revisions; {'; '.join(rows)}; {'; '.join(seconds)}"
    )


def test_enough_was_done(work: Work, request: pytest.FixtureRequest) -> None:
    changes = work.driver.changes
    is_full = "full" in request.node.name
    assert len(work.past.states) >= (500 if is_full else 60)
    assert work.driver.state_changes() >= (2000 if is_full else 150)
    assert len([change for change in changes if change.action == "delete"]) >= 12
    assert any(change.action == "quote_again" for change in changes)


def test_transitions_are_those_of_the_history(work: Work) -> None:
    rows = work.query(
        "select deal_id, transition_number, from_stage_id, to_stage_id, transitioned_at"
        " from marts.fct_stage_transitions"
    )
    found = {Transition(*row) for row in rows}  # type: ignore[arg-type]
    assert len(found) == len(rows)
    assert found ^ set(work.past.transitions()) == set()


def test_transitions_are_those_that_the_driver_made(work: Work) -> None:
    found: dict[str, list[tuple[str, datetime]]] = {}
    for deal, stage, at in work.query(
        "select deal_id, to_stage_id, transitioned_at from marts.fct_stage_transitions"
        " order by deal_id, transition_number"
    ):
        assert isinstance(at, datetime)
        found.setdefault(str(deal), []).append((str(stage), at))
    logged = stages_logged(work.driver.changes)
    assert found.keys() == logged.keys()
    for deal, entries in logged.items():
        assert [stage for stage, _ in found[deal]] == [stage for stage, _, _ in entries]
        for (_, at), (_, before, after) in zip(found[deal], entries, strict=True):
            assert before <= at <= after


def test_any_moment_is_as_it_was(work: Work) -> None:
    for at, expected in work.held.items():
        rows = work.query(
            "select deal_id, stage_id, amount, rep_id, expected_close_date"
            f" from marts.fct_deal_history where status <> 'deleted' and valid_from <= '{at}'"
            f" and coalesce(valid_to > '{at}', true)"
        )
        found = {deal: tuple(values) for deal, *values in rows}
        assert found == {
            str(number): (
                held["state"],
                held["amount"],
                str(held["employee"]),
                held["end_date"],
            )
            for number, held in expected.items()
        }


def test_deleted_deals_are_deleted_when_they_were(work: Work) -> None:
    rows = work.query(
        "select deal_id, valid_from from marts.fct_deal_history where status = 'deleted'"
    )
    found = {str(deal): at for deal, at in rows}
    deletions = [change for change in work.driver.changes if change.action == "delete"]
    assert found.keys() == {str(change.record_id) for change in deletions}
    for change in deletions:
        at = found[str(change.record_id)]
        assert isinstance(at, datetime)
        assert change.before <= at <= change.after


def test_every_revision_was_landed_once(work: Work) -> None:
    pattern = work.home / "landing" / "raw_tryton" / "opportunity_revisions" / "*.parquet"
    (counts,) = duckdb.execute(
        f"select count(*), count(distinct record_id) from read_parquet('{pattern}')"
    ).fetchall()
    assert counts == (work.past.revisions, work.past.revisions)
    landed = [_landed(each) for each in work.extractions]
    assert min(landed[:3]) > 0
    assert landed[3] == 0


def _landed(extraction: Extraction) -> int:
    (found,) = [e for e in extraction.entities if e.entity == "opportunity_revisions"]
    return found.rows_landed


def test_every_extraction_passed_its_checks(work: Work) -> None:
    checks = [check for each in work.extractions for check in each.checks]
    assert [check for check in checks if check.status == "failed"] == []


def test_people_and_companies_have_names(work: Work) -> None:
    reps = work.query("select rep_name from marts.dim_reps where rep_id <> 'unknown'")
    assert {str(name) for (name,) in reps} == {f"Rep {number}" for number in range(5)}
    accounts = work.query(
        "select account_name from marts.dim_accounts where account_id <> 'unknown'"
    )
    assert {str(name).split()[0] for (name,) in accounts} == {"Customer"}
