"""dbt in this very process: imported once for all invocations, and gone with it when it is killed.

dagster-dbt's own resource starts three processes per invocation, which costs more than the models.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1] / "dbt"
SECONDS_TO_CANCEL = 2.0

# Called with the node that begins, its number and the number of all nodes.
Progress = Callable[[str, int, int], None]


def invoke(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    target: Path,
    progress: Progress | None = None,
) -> str | None:
    """Run dbt with the settings of a run; returns why it failed, or None.

    What it found lies in `target`. Raises what stopped it, such as `KeyboardInterrupt`.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    # Those of an earlier invocation must never pass for this one's.
    (target / "run_results.json").unlink(missing_ok=True)
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    folders += ["--target-path", str(target), "--log-path", str(target.parent / "logs")]
    quiet = ["--quiet", "--log-level-file", "info", "--no-use-colors", "--no-use-colors-file"]
    runner = dbtRunner(callbacks=[_listener(progress)] if progress else [])
    # dbt works in the folder of its project; ours stays where the user's relative paths begin.
    with _environment(environment), contextlib.chdir(PROJECT):
        outcome = runner.invoke([*arguments, *folders, *quiet])
    # dbt-duckdb keeps the warehouse open until the process ends; others come after it.
    DuckDBConnectionManager.close_all_connections()
    if isinstance(outcome.exception, Exception):
        return str(outcome.exception)
    if outcome.exception is not None:
        # dbt does not wait for the queries that it has cancelled; their end must not meet ours.
        time.sleep(SECONDS_TO_CANCEL)
        raise outcome.exception
    return None if outcome.success else f"`dbt {arguments[0]}` failed"


def _listener(progress: Progress) -> Callable[[Any], None]:
    def listen(event: Any) -> None:
        if event.info.name == "LogStartLine":
            data = event.data
            progress(data.node_info.node_name, data.index, data.total)

    return listen


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the length of the block."""
    values = {**values, "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
