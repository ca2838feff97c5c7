"""A text is taken out of files of every kind, and of nothing else."""

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from jalur.forget import forget_below
from tests.holders import holders

TEXT = "Ann+1@x.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text(f"<p>{TEXT.lower()}</p>")
    (tmp_path / "other.html").write_text("<p>bob@x.example</p>")
    with closing(sqlite3.connect(tmp_path / "state.sqlite")) as state, state:
        state.execute("create table t (n integer, s text)")
        state.execute("insert into t values (1, ?), (2, 'bob')", [f"for {TEXT}"])
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path}/serving.duckdb' as m (storage_version 'v1.0.0')")
        connection.execute("create schema m.marts")
        connection.execute(
            f"create table m.marts.t as select * from (values (1, '{TEXT}'), (2, 'bob')) v(n, s)"
        )
        connection.execute("comment on table m.marts.t is 'Grain: one row'")
        connection.execute("comment on column m.marts.t.s is 'Who'")
        connection.execute(f"copy m.marts.t to '{tmp_path}/t.parquet'")
    return tmp_path


def test_it_is_in_no_file_any_more(folder: Path) -> None:
    assert len(holders(folder, TEXT)[TEXT]) == 4
    changed = forget_below(folder, [TEXT])
    assert [path.name for path in changed] == [
        "page.html", "serving.duckdb", "state.sqlite", "t.parquet",
    ]  # fmt: skip
    assert holders(folder, TEXT) == {}
    assert holders(folder, "bob")["bob"] == [
        "other.html", "serving.duckdb", "state.sqlite", "t.parquet",
    ]  # fmt: skip
    assert not list(folder.glob(".*"))
    assert forget_below(folder, [TEXT]) == []


def test_a_database_keeps_its_comments_and_its_format(folder: Path) -> None:
    forget_below(folder, [TEXT])
    with duckdb.connect(str(folder / "serving.duckdb"), read_only=True) as connection:
        assert connection.execute("select * from marts.t order by n").fetchall() == [
            (1, "(erased)"),
            (2, "bob"),
        ]
        assert connection.execute("select comment from duckdb_tables()").fetchall() == [
            ("Grain: one row",)
        ]
        comments = connection.execute("select comment from duckdb_columns() where comment <> ''")
        assert comments.fetchall() == [("Who",)]
        version = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where not internal"
        ).fetchall()
        assert str(version[0][0]).startswith("v1.0.0")


def test_what_is_to_be_left_alone_stays(folder: Path) -> None:
    forget_below(folder, [TEXT], but=[folder / "page.html"])
    assert holders(folder, TEXT) == {TEXT: ["page.html"]}
