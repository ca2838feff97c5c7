"""The private warehouse: one writer, and always rebuildable from the landing zone."""

import re
import time
from pathlib import Path

import duckdb

from jalur.errors import JalurError
from jalur.files import replace_file

# A run that was killed can leave its dbt at work for a few seconds.
PATIENCE_SECONDS = 60.0
# The ids of bottlenecks go on from refresh to refresh; nothing else cannot be made again.
MEMORY = ("intermediate", "int_bottleneck_episodes")


def make_writable(warehouse: Path, patience: float = PATIENCE_SECONDS) -> str | None:
    """Wait until nobody else holds the warehouse, and put one aside that cannot be opened.

    Returns what was done with it, for the user, or None. Raises `JalurError` naming the process
    that keeps the file.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            duckdb.connect(str(warehouse)).close()
            return None
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                return _remove(warehouse, error)
            if time.monotonic() > deadline:
                raise JalurError(_held(warehouse, error)) from error
            time.sleep(0.5)
        except duckdb.Error as error:
            return _remove(warehouse, error)


def empty(warehouse: Path) -> None:
    """Leave nothing in the warehouse but what knows bottlenecks again; the next run builds it.

    A new file: rows that are only deleted would stay in the pages of the old one. Raises
    `JalurError` naming the process that keeps the file.
    """
    if not warehouse.exists():
        return
    make_writable(warehouse)

    def write(aside: Path) -> None:
        with duckdb.connect(str(aside)) as connection:
            old = str(warehouse).replace("'", "''")
            connection.execute(f"attach '{old}' as old (read_only)")
            known = connection.execute(
                "select count(*) from duckdb_tables() where database_name = 'old'"
                " and schema_name = $1 and table_name = $2",
                MEMORY,
            ).fetchall()
            if known[0][0]:
                schema, table = MEMORY
                connection.execute(f"create schema {schema}")
                connection.execute(
                    f"create table {schema}.{table} as select * from old.{schema}.{table}"
                )

    replace_file(warehouse, write)


def _remove(warehouse: Path, error: duckdb.Error) -> str:
    for path in (warehouse, warehouse.with_name(warehouse.name + ".wal")):
        path.unlink(missing_ok=True)
    return f"{warehouse.name} could not be opened and is rebuilt ({str(error).splitlines()[0]})"


def _held(warehouse: Path, error: duckdb.Error) -> str:
    found = re.search(r"PID (\d+)", str(error))
    holder = f"process {found.group(1)}" if found else "another process"
    return (
        f"{warehouse} is open in {holder}; close it there. To look at the data, open"
        " serving/sales_pipeline.duckdb, which is never locked"
    )
