"""The warehouse as a run builds it: dbt in this process, over whatever a home has landed."""

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from unittest import mock

import duckdb
import pandas as pd
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from ingestion.check_results import land_check_results
from jalur.paths import Home

PROJECT = Path(__file__).parents[1] / "dbt"
FOLDERS = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]


def build(
    home: Path,
    as_of: datetime,
    *,
    source: str = "files",
    history: str = "effective",
    data_tests: bool = True,
    unit_tests: bool = False,
    timezone: str = "UTC",
    select: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Run every model that the source feeds, its data tests, and dbt's unit tests if asked to.

    `as_of` is naive UTC, `timezone` the business time zone, `select` names the wanted models as dbt
    does (every model costs a test its time), `settings` others by their variables. Raises where dbt
    does not succeed.

    Returns how many rows each data test found, by the name of the test.
    """
    land_check_results(Home(home), "run", [])
    environment = dbt_environment(home, as_of, source, history, timezone) | dict(settings or {})
    # Writing the log file, event by event, takes a fifth of the time of a small build.
    arguments = ["--quiet", "--log-level-file", "none", "build"]
    wanted = {"test": data_tests, "unit_test": unit_tests}
    for resource_type in (name for name, is_wanted in wanted.items() if not is_wanted):
        arguments += ["--exclude-resource-type", resource_type]
    if select is not None:
        # Of the truths across models those that the wanted ones suffice for.
        arguments += ["--select", *select.split(), "--indirect-selection", "buildable"]
    with mock.patch.dict(os.environ, environment, clear=True):
        # Unit tests leave models of their own in what was read, so it serves no second build.
        manifest = None if unit_tests else _project_as_read(source)
        invoked = dbtRunner(manifest=manifest).invoke([*arguments, *FOLDERS])
    # dbt keeps its connection for the process; nobody else could open the file.
    DuckDBConnectionManager.close_all_connections()
    assert invoked.success, invoked.exception
    assert isinstance(invoked.result, RunExecutionResult)
    return {
        result.node.name: result.failures or 0
        for result in invoked.result.results
        if result.node.resource_type == NodeType.Test
    }


@cache
def _project_as_read(source: str) -> Manifest:
    """The dbt project, read once per process: that takes longer than most builds of a test.

    No setting but the sources changes which models there are and what they stand on.
    """
    read = dbtRunner().invoke(["--quiet", "--log-level-file", "none", "parse", *FOLDERS])
    assert read.success, read.exception
    assert isinstance(read.result, Manifest), source
    return read.result


def dbt_environment(
    home: Path, as_of: datetime, source: str, history: str, timezone: str
) -> dict[str, str]:
    """The environment of a dbt that builds a home, whatever the settings of this process are."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("JALUR_")}
    return inherited | {
        "JALUR_HOME": str(home),
        "JALUR_SOURCES": source,
        "JALUR_HISTORY": history,
        "JALUR_TIMEZONE": timezone,
        "JALUR_AS_OF": as_of.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "DBT_TARGET_PATH": str(home / "dbt"),
        "DBT_LOG_PATH": str(home / "dbt"),
        "DO_NOT_TRACK": "1",
    }


def marts(home: Path) -> dict[str, pd.DataFrame]:
    """Every row of every mart, in order; what the checks of the run found is not among them."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'marts'"
                " and table_name <> 'rpt_data_quality' order by table_name"
            ).fetchall()
        ]
        return {
            name: connection.execute(f"select * from marts.{name} order by all").df()
            for name in names
        }


def scopes(home: Path) -> list[str]:
    """Of each refresh so far, whether it made all deals anew or only those that changed."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select case when is_full then 'all deals' else 'changed deals' end"
            " from intermediate.int_refresh_scope order by refresh_number"
        ).fetchall()
    return [scope for (scope,) in rows]


def assert_same_marts(found: dict[str, pd.DataFrame], expected: dict[str, pd.DataFrame]) -> None:
    """Doubles to nine digits: their last bits depend on the order in which rows are added."""
    assert found.keys() == expected.keys()
    for name, rows in expected.items():
        pd.testing.assert_frame_equal(found[name], rows, rtol=1e-9, atol=1e-9, obj=name)
