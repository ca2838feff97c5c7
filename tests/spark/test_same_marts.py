"""Spark gives the marts that DuckDB gives, from the same landed files: `make test-spark`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from jalur.paths import Home
from tests.spark import java
from tests.spark.comparison import differences, mart_keys, open_sides, rows_by_mart
from tests.spark.scenarios import SCENARIOS, Scenario

pytestmark = [pytest.mark.spark, pytest.mark.slow]


# Rows of each mart, over the scenarios that ran.
ROWS: Counter[str] = Counter()


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda scenario: scenario.name)
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with both warehouses of one scenario."""
    if reason := java.missing():
        pytest.skip(reason)
    scenario: Scenario = request.param
    home: Path = tmp_path_factory.mktemp(scenario.name)
    scenario.build(home)
    return home


@pytest.fixture
def sides(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_sides(home / "warehouse.duckdb", Home(home).spark / "warehouse" / "marts.db") as both:
        yield both


@pytest.fixture
def keys(home: Path) -> dict[str, list[str]]:
    return mart_keys(home / "dbt" / "manifest.json")


def test_every_mart_is_the_same(
    sides: duckdb.DuckDBPyConnection, keys: dict[str, list[str]]
) -> None:
    found = differences(sides, keys)
    assert not found, "\n".join(map(str, found))
    rows = rows_by_mart(sides, "found")
    assert rows.keys() == keys.keys()
    ROWS.update(rows)
    print(f"\n{sum(rows.values())} rows of {len(rows)} marts are the same on both engines")


def test_a_planted_difference_is_caught(
    sides: duckdb.DuckDBPyConnection, keys: dict[str, list[str]]
) -> None:
    """One cell of what Spark built, changed by the least amount that counts."""
    sides.execute("create table planted as select * from found.fct_stage_visits")
    sides.execute("drop view found.fct_stage_visits")
    sides.execute("create view found.fct_stage_visits as select * from planted")
    planted = sides.execute(
        "update planted set hours_in_stage = hours_in_stage * (1 + 3e-9) where rowid = ("
        " select rowid from planted where hours_in_stage > 1 order by hours_in_stage limit 1)"
        " returning source, deal_id, visit_number"
    ).fetchall()
    (found,) = differences(sides, keys)
    assert (found.mart, found.column) == ("fct_stage_visits", "hours_in_stage")
    assert [tuple((found.row or {}).values())] == planted


def test_every_mart_has_rows_in_some_scenario() -> None:
    """Runs last; not with `-k`, which leaves scenarios out."""
    if not ROWS:
        pytest.skip(java.missing() or "no scenario was compared")
    assert not [mart for mart, count in ROWS.items() if not count]
