"""Loads as they come give the marts of one load of everything.

`SCHEDULES=300 SEED=1 pytest tests/marts/test_replay.py` tries that many schedules. They share one
warehouse, each in its own range of ids; one that fails is then shrunk alone.
"""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, find, settings

from tests.marts.deal_histories import AS_OF, TIMEZONE
from tests.marts.load_schedules import LOADS, Schedule, combined, make_schedules, schedules
from tests.marts.warehouse import EXTRACTED_AT, land
from tests.warehouse import assert_same_marts, build, marts, scopes

Marts = dict[str, pd.DataFrame]
# As-of moves on from load to load, so that what was to come comes to pass in between.
DAYS_BETWEEN_LOADS = timedelta(days=45)
WEEKLY = ("int_stage_weekly_ages", "int_stage_weekly_rates")


def _build(home: Path, as_of: datetime = AS_OF) -> None:
    build(home, as_of, data_tests=False, timezone=TIMEZONE)


def _tables(home: Path) -> Marts:
    """All marts, and what the detector of bottlenecks stands on: it judges no half year."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return marts(home) | {
            name: connection.sql(f"select * from intermediate.{name} order by all").df()
            for name in WEEKLY
        }


def _loaded_one_by_one(home: Path, made: Mapping[str, Schedule]) -> Marts:
    for number, load in enumerate(combined(dict(made))):
        land(
            home,
            load,
            extracted_at=EXTRACTED_AT + timedelta(days=number),
            run_id=f"load{number}",
        )
        _build(home, AS_OF - DAYS_BETWEEN_LOADS * (LOADS - 1 - number))
    return _tables(home)


def _loaded_at_once(home: Path, made: Mapping[str, Schedule]) -> Marts:
    everything: dict[str, list[dict[str, object]]] = {}
    for load in combined(dict(made)):
        for entity, rows in load.items():
            everything.setdefault(entity, []).extend(rows)
    land(home, everything)
    _build(home)
    return _tables(home)


def _names_of_what_differs(found: Marts, expected: Marts, names: list[str]) -> list[str]:
    """Schedules with a row, of any mart, that the other side lacks."""
    differing: set[str] = set()
    for mart, rows in expected.items():
        if "pipeline_id" in rows:
            sides = pd.concat([found[mart], rows]).round(6).astype(str)
            alone = sides[~sides.duplicated(keep=False)]
            differing |= set(alone["pipeline_id"].str.split("-").str[0])
    return [name for name in names if name in differing]


def _fails(schedule: Schedule) -> bool:
    with TemporaryDirectory() as folder:
        one = {"s000": schedule}
        found = _loaded_one_by_one(Path(folder) / "loads", one)
        expected = _loaded_at_once(Path(folder) / "once", one)
        try:
            assert_same_marts(found, expected)
        except AssertionError:
            return True
        return False


def _shrunk() -> Schedule:
    """The simplest schedule that fails alone, within reason: each attempt builds four times."""
    return find(
        schedules(),
        _fails,
        settings=settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck)),
    )


def test_loads_one_by_one_give_the_marts_of_one_load(tmp_path: Path) -> None:
    count, number = int(os.environ.get("SCHEDULES", "30")), int(os.environ.get("SEED", "11"))
    made = {f"s{place:03}": each for place, each in enumerate(make_schedules(count, number))}
    assert len(made) >= count * 0.9
    found = _loaded_one_by_one(tmp_path / "loads", made)
    # Or nothing would be proven: only the first load made all deals.
    assert scopes(tmp_path / "loads") == ["all deals"] + ["changed deals"] * (LOADS - 1)
    expected = _loaded_at_once(tmp_path / "once", made)
    assert len(expected["fct_stage_transitions"]) > 3 * count
    assert len(expected["int_stage_weekly_ages"]) > 30 * count
    try:
        assert_same_marts(found, expected)
    except AssertionError as error:
        names = _names_of_what_differs(found, expected, list(made))
        alone = next((name for name in names if _fails(made[name])), None)
        pytest.fail(f"{error}\nschedules {names}; alone: {alone and made[alone]}")
