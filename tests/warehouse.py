"""The warehouse as a run builds it: dbt in this process, over whatever a home has landed."""

import os
from datetime import datetime
from pathlib import Path
from unittest import mock

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner

from ingestion.check_results import land_check_results
from jalur.paths import Home

PROJECT = Path(__file__).parents[1] / "dbt"


def build(
    home: Path, as_of: datetime, *, source: str = "files", unit_tests: bool = False
) -> dict[str, int]:
    """Run every model and data test that the source feeds, and dbt's unit tests if asked to.

    Raises where dbt does not succeed.

    Returns how many rows each data test found, by the name of the test.
    """
    land_check_results(Home(home), "run", [])
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JALUR_")}
    environment |= {
        "JALUR_HOME": str(home),
        "JALUR_SOURCES": source,
        "JALUR_AS_OF": as_of.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "DBT_TARGET_PATH": str(home / "dbt"),
        "DBT_LOG_PATH": str(home / "dbt"),
        "DO_NOT_TRACK": "1",
    }
    arguments = ["--quiet", "build"]
    if not unit_tests:
        arguments += ["--exclude-resource-type", "unit_test"]
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    with mock.patch.dict(os.environ, environment, clear=True):
        invoked = dbtRunner().invoke([*arguments, *folders])
    # dbt keeps its connection for the process; nobody else could open the file.
    DuckDBConnectionManager.close_all_connections()
    assert invoked.success, invoked.exception
    assert isinstance(invoked.result, RunExecutionResult)
    return {
        result.node.name: result.failures or 0
        for result in invoked.result.results
        if result.node.resource_type == NodeType.Test
    }
