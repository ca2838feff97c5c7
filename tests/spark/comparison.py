"""Two builds of the marts, held against each other row for row.

A side is a schema of a DuckDB connection with one table or view per mart. Rows are matched by the
mart's key, the columns of its uniqueness test. Everything must be equal, doubles to nine digits.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

TOLERANCE = 1e-9
# Of rows that differ, this many are named per mart.
EXAMPLES = 5

Keys = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Difference:
    """What one mart holds on one side only: `row` is its key, None where it is about all rows."""

    mart: str
    what: str
    row: Mapping[str, Any] | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = ", ".join(f"{name}={value}" for name, value in (self.row or {}).items())
        return f"{self.mart}{f' [{place}]' if place else ''}: {self.what}"


def mart_keys(manifest: Path) -> dict[str, list[str]]:
    """The key of every mart that dbt knows, by its name; raises for a mart without one."""
    nodes = json.loads(manifest.read_text())["nodes"]
    marts = {
        name: node["alias"]
        for name, node in nodes.items()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }
    keys = {}
    for node in nodes.values():
        test = node.get("test_metadata") or {}
        if test.get("name") in {"unique_key", "unique"} and node["attached_node"] in marts:
            columns = test["kwargs"].get("columns") or [test["kwargs"]["column_name"]]
            keys[marts[node["attached_node"]]] = columns
    without = set(marts.values()) - set(keys)
    assert not without, f"no uniqueness test says what a row of {sorted(without)} is"
    return keys


def open_sides(warehouse: Path, tables: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the marts of a DuckDB file as `expected` and Spark's as `found`.

    `tables` is a folder with one folder of Parquet files per mart.
    """
    connection = duckdb.connect()
    path = str(warehouse).replace("'", "''")
    connection.execute(f"attach '{path}' as warehouse (read_only)")
    connection.execute("create schema expected; create schema found")
    names = connection.execute(
        "select table_name from duckdb_tables()"
        " where database_name = 'warehouse' and schema_name = 'marts'"
    ).fetchall()
    for (name,) in names:
        connection.execute(f"create view expected.{name} as select * from warehouse.marts.{name}")
    for folder in sorted(path for path in tables.iterdir() if path.is_dir()):
        files = str(folder / "*.parquet").replace("'", "''")
        connection.execute(
            f"create view found.{folder.name} as select * from read_parquet('{files}')"
        )
    return connection


def rows_by_mart(connection: duckdb.DuckDBPyConnection, side: str) -> dict[str, int]:
    """How many rows each mart of one side has."""
    return {mart: _count(connection, f"{side}.{mart}") for mart in _marts(connection, side)}


def differences(connection: duckdb.DuckDBPyConnection, keys: Keys) -> list[Difference]:
    """Everything in which the schemas `expected` and `found` differ; empty where nothing does."""
    expected, found = _marts(connection, "expected"), _marts(connection, "found")
    result = [Difference(mart, "is not built") for mart in sorted(expected - found)]
    result += [Difference(mart, "is built, and not expected") for mart in sorted(found - expected)]
    for mart in sorted(expected & found):
        columns, their_columns = (_columns(connection, s, mart) for s in ("expected", "found"))
        if columns == their_columns:
            result += _row_differences(connection, mart, columns, keys[mart])
        else:
            ours = [each for each in columns if each not in their_columns]
            theirs = [each for each in their_columns if each not in columns]
            what = f"has columns {theirs}, expected {ours}"
            result.append(Difference(mart, what if ours or theirs else "has another column order"))
    return result


def _marts(connection: duckdb.DuckDBPyConnection, side: str) -> set[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables"
        " where table_catalog = current_database() and table_schema = $1",
        [side],
    ).fetchall()
    return {name for (name,) in rows}


def _columns(connection: duckdb.DuckDBPyConnection, side: str, mart: str) -> list[tuple[str, str]]:
    """Names and types in order."""
    rows = connection.execute(f"describe {side}.{mart}").fetchall()
    return [(str(row[0]), str(row[1])) for row in rows]


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    assert row is not None
    return int(row[0])


def _row_differences(
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    columns: Sequence[tuple[str, str]],
    key: Sequence[str],
) -> list[Difference]:
    counts = [_count(connection, f"{side}.{mart}") for side in ("expected", "found")]
    result = []
    if counts[0] != counts[1]:
        result.append(Difference(mart, f"has {counts[1]} rows, expected {counts[0]}"))
    keys = ", ".join(key)
    if _count(connection, f"(select {keys} from found.{mart} group by all)") != counts[1]:
        result.append(Difference(mart, f"has several rows for one {keys}"))
    join = " and ".join(f"e.{name} is not distinct from f.{name}" for name in key)
    changed = {name: _is_different(name, data_type) for name, data_type in columns}
    rows = connection.execute(
        f"select {', '.join(f'coalesce(e.{name}, f.{name})' for name in key)},"
        " e.here is null, f.here is null,"
        f" {', '.join(f'({each}), e.{name}, f.{name}' for name, each in changed.items())}"
        f" from (select *, true as here from expected.{mart}) as e"
        f" full join (select *, true as here from found.{mart}) as f on {join}"
        f" where e.here is null or f.here is null or {' or '.join(changed.values())}"
        f" order by all limit {EXAMPLES}"
    ).fetchall()
    for row in rows:
        place = dict(zip(key, row, strict=False))
        is_new, is_missing = row[len(key) : len(key) + 2]
        if is_new or is_missing:
            what = "this row is not expected" if is_new else "this row is missing"
            result.append(Difference(mart, what, place))
            continue
        values = row[len(key) + 2 :]
        for number, name in enumerate(changed):
            is_different, expected, found = values[3 * number : 3 * number + 3]
            if is_different:
                what = f"{name} is {found!r}, expected {expected!r}"
                result.append(Difference(mart, what, place, name))
    return result


def _is_different(name: str, data_type: str) -> str:
    """SQL, never null: whether a column of the rows e and f differs."""
    differs = f"e.{name} is distinct from f.{name}"
    if data_type not in {"DOUBLE", "FLOAT"}:
        return f"({differs})"
    # Infinite and not-a-number are what they are: no difference of theirs is small.
    near = (
        f"coalesce(isfinite(e.{name}) and isfinite(f.{name}) and abs(e.{name} - f.{name})"
        f" <= {TOLERANCE} * greatest(1, abs(e.{name}), abs(f.{name})), false)"
    )
    return f"({differs} and not {near})"
