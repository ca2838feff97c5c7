"""The published DuckDB file and its Parquet twins: schema `marts`, comments kept, nothing else."""

from datetime import datetime
from pathlib import Path

import duckdb

from jalur.errors import JalurError

# The oldest format that current drivers write: clients of older versions can open the file.
STORAGE_VERSION = "v1.0.0"
PUBLICATION_TABLE = "mart_publication"


def write_database(
    warehouse: Path,
    target: Path,
    run_id: str,
    as_of: datetime,
    published_at: datetime,
    contract_version: str,
) -> dict[str, int]:
    """Copy the marts of the warehouse into a new file at `target`; returns rows per mart.

    Raises `JalurError` where there is nothing to copy.
    """
    if not warehouse.is_file():
        raise JalurError(f"there is no warehouse to publish at {warehouse}; run `jalur run` first")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        # What does not fit into the memory is spilled beside the file, not into the user's folder.
        spill = _text(str(target.with_name(".spill")))
        connection.execute(f"set temp_directory = {spill}")
        connection.execute(f"attach {_text(str(warehouse))} as warehouse (read_only)")
        connection.execute(
            f"attach {_text(str(target))} as published (storage_version '{STORAGE_VERSION}')"
        )
        # One transaction: hundreds of comments would each wait for the disk.
        connection.execute("begin")
        connection.execute("create schema published.marts")
        marts = _marts(connection)
        if not marts:
            raise JalurError(f"{warehouse} has no marts to publish; run `jalur run --full-refresh`")
        rows = {mart: _copy(connection, mart) for mart in marts} | {PUBLICATION_TABLE: 1}
        _add_publication(
            connection, run_id, as_of, published_at, contract_version, sum(rows.values())
        )
        connection.execute("commit")
        connection.execute("detach published")
    return rows


def write_parquet(database: Path, folder: Path) -> None:
    """One Parquet file per mart of the published database."""
    folder.mkdir()
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
        for (mart,) in tables:
            target = _text(str(folder / f"{mart}.parquet"))
            connection.execute(f"copy marts.{_name(mart)} to {target} (format parquet)")


def count_checks(database: Path) -> dict[str, int]:
    """How many checks of the published run passed, failed or were skipped."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select status, count(*) from marts.rpt_data_quality"
            " where run_id = (select run_id from marts.mart_publication)"
            " group by status order by status"
        ).fetchall()
    return {str(status): int(checks) for status, checks in found}


def _marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables()"
        " where database_name = 'warehouse' and schema_name = 'marts'"
        " and table_name <> $publication order by table_name",
        {"publication": PUBLICATION_TABLE},
    ).fetchall()
    return [row[0] for row in rows]


def _copy(connection: duckdb.DuckDBPyConnection, mart: str) -> int:
    name = _name(mart)
    connection.execute(f"create table published.marts.{name} as from warehouse.marts.{name}")
    comments = connection.execute(
        "select null as column_name, comment from duckdb_tables() where database_name = 'warehouse'"
        " and schema_name = 'marts' and table_name = $mart and comment is not null"
        " union all"
        " select column_name, comment from duckdb_columns() where database_name = 'warehouse'"
        " and schema_name = 'marts' and table_name = $mart and comment is not null",
        {"mart": mart},
    ).fetchall()
    for column, comment in comments:
        what = f"table published.marts.{name}"
        if column is not None:
            what = f"column published.marts.{name}.{_name(column)}"
        connection.execute(f"comment on {what} is {_text(comment)}")
    (count,) = connection.execute(f"select count(*) from published.marts.{name}").fetchall()[0]
    return int(count)


def _add_publication(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    as_of: datetime,
    published_at: datetime,
    contract_version: str,
    rows: int,
) -> None:
    connection.execute(
        f"create table published.marts.{PUBLICATION_TABLE} as select $run_id::varchar as run_id,"
        " timezone('UTC', $as_of::timestamptz) as as_of,"
        " timezone('UTC', $published_at::timestamptz) as published_at,"
        " $contract_version::varchar as contract_version, $rows::bigint as rows",
        {
            "run_id": run_id,
            "as_of": as_of,
            "published_at": published_at,
            "contract_version": contract_version,
            "rows": rows,
        },
    )
    comments = {
        "run_id": "Run that built and published the marts.",
        "as_of": "Moment that the marts describe (UTC).",
        "published_at": "When they were published (UTC).",
        "contract_version": "Version of the columns that BI tools may rely on.",
        "rows": "Rows of all marts together, this one included.",
    }
    table = f"published.marts.{PUBLICATION_TABLE}"
    connection.execute(f"comment on table {table} is 'Grain: one row. What is published here.'")
    for column, comment in comments.items():
        connection.execute(f"comment on column {table}.{column} is {_text(comment)}")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
