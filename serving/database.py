"""The published DuckDB file and its Parquet twins: schema `marts`, comments kept, nothing else."""

from datetime import datetime
from pathlib import Path

import duckdb

# The oldest format that current drivers write: clients of older versions can open the file.
STORAGE_VERSION = "v1.0.0"


def write_database(
    warehouse: Path,
    target: Path,
    run_id: str,
    as_of: datetime,
    published_at: datetime,
    contract_version: str,
) -> dict[str, int]:
    """Copy the marts of the warehouse into a new file at `target`; returns rows per mart."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {_text(str(warehouse))} as warehouse (read_only)")
        connection.execute(
            f"attach {_text(str(target))} as published (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("create schema published.marts")
        rows = {mart: _copy(connection, mart) for mart in _marts(connection)}
        _add_publication(
            connection, run_id, as_of, published_at, contract_version, sum(rows.values())
        )
        connection.execute("use memory")
        connection.execute("detach published")
    return rows | {"mart_publication": 1}


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


def _marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables()"
        " where database_name = 'warehouse' and schema_name = 'marts' order by table_name"
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
        "create table published.marts.mart_publication as select $run_id::varchar as run_id,"
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
        "rows": "Rows of all marts together.",
    }
    table = "published.marts.mart_publication"
    connection.execute(f"comment on table {table} is 'Grain: one row. What is published here.'")
    for column, comment in comments.items():
        connection.execute(f"comment on column {table}.{column} is {_text(comment)}")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
