"""The comparison finds each planted difference, and names its mart, row and column."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.spark.comparison import Difference, differences

KEYS = {"fct_deals": ["source", "deal_id"], "rpt_rates": ["stage_id"]}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two equal sides."""
    with duckdb.connect() as connection:
        for side in ("expected", "found"):
            connection.execute(f"create schema {side}; set schema = '{side}'")
            connection.execute(
                """
                create table fct_deals as
                select * from (values
                    ('files', 'd1', 12.5::decimal(18, 4), timestamp '2026-01-31 23:59:59.999'),
                    ('files', 'd2', null, timestamp '2024-02-29 00:00:00'),
                    ('files', 'd3', 0, null)
                ) as deals (source, deal_id, amount, created_at);
                create table rpt_rates as
                select * from (values
                    ('new', 0.25::double, 4::bigint),
                    ('won', null, 0),
                    ('big', 1234567.890625, 1),
                    ('all', 'infinity', 1),
                    ('odd', 'nan', 1)
                ) as rates (stage_id, rate, entered)
                """
            )
        yield connection


def test_equal_sides_do_not_differ(connection: duckdb.DuckDBPyConnection) -> None:
    assert differences(connection, KEYS) == []


@pytest.mark.parametrize(
    ("mart", "row", "column", "value"),
    [
        ("fct_deals", "d1", "amount", "12.5001"),
        ("fct_deals", "d2", "amount", "0"),
        ("fct_deals", "d3", "amount", "null"),
        ("fct_deals", "d1", "created_at", "created_at + interval 1 microsecond"),
        ("rpt_rates", "new", "rate", "0.250000002"),
        ("rpt_rates", "big", "rate", "rate + 0.01"),
        ("rpt_rates", "won", "rate", "'nan'"),
        ("rpt_rates", "all", "rate", "1e300"),
        ("rpt_rates", "odd", "rate", "0"),
        ("rpt_rates", "new", "entered", "5"),
    ],
)
def test_one_changed_cell_is_named(
    connection: duckdb.DuckDBPyConnection, mart: str, row: str, column: str, value: str
) -> None:
    key = KEYS[mart][-1]
    connection.execute(f"update {mart} set {column} = {value} where {key} = '{row}'")
    (found,) = differences(connection, KEYS)
    assert (found.mart, found.column) == (mart, column)
    assert (found.row or {})[key] == row
    assert column in str(found)


@pytest.mark.parametrize(
    "change",
    [
        "update rpt_rates set rate = rate + 5e-10 where stage_id = 'new'",
        "update rpt_rates set rate = rate * (1 + 5e-10) where stage_id = 'big'",
    ],
)
def test_the_last_bits_of_a_double_are_no_difference(
    connection: duckdb.DuckDBPyConnection, change: str
) -> None:
    connection.execute(change)
    assert differences(connection, KEYS) == []


def test_rows_of_one_side_are_named(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update fct_deals set deal_id = 'd4' where deal_id = 'd2'")
    assert [(each.what, (each.row or {})["deal_id"]) for each in differences(connection, KEYS)] == [
        ("this row is missing", "d2"),
        ("this row is not expected", "d4"),
    ]


def test_a_row_that_comes_twice_is_noticed(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("insert into fct_deals select * from fct_deals where deal_id = 'd2'")
    whats = [each.what for each in differences(connection, KEYS)]
    assert whats == ["has 4 rows, expected 3", "has several rows for one source, deal_id"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("drop table rpt_rates", "is not built"),
        ("alter table rpt_rates drop entered", "has columns"),
        ("alter table rpt_rates alter entered type integer", "has columns"),
        ("alter table rpt_rates rename entered to begun", "has columns"),
    ],
)
def test_marts_and_columns_are_compared_too(
    connection: duckdb.DuckDBPyConnection, change: str, what: str
) -> None:
    connection.execute(change)
    (found,) = differences(connection, KEYS)
    assert isinstance(found, Difference)
    assert (found.mart, found.row) == ("rpt_rates", None)
    assert found.what.startswith(what)
