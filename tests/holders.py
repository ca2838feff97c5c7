"""Which files below a folder hold a text: by their bytes, and by every column of what is packed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb


def holders(folder: Path, text: str) -> list[str]:
    """The files (relative to the folder) with the text in them, whatever its case."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and _holds(path, text.lower())
    )


def _holds(path: Path, text: str) -> bool:
    content = path.read_bytes()
    if text.encode() in content.lower():
        return True
    if content.startswith(b"SQLite format 3"):
        return any(text in value for value in _sqlite_texts(path))
    if content.startswith(b"PAR1"):
        return any(text in value for value in _texts(f"read_parquet('{path}')"))
    if content[8:12] == b"DUCK":
        return any(text in value for value in _duckdb_texts(path))
    return False


def _sqlite_texts(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = connection.execute("select name from sqlite_master where type = 'table'")
        for (name,) in names.fetchall():
            for row in connection.execute(f'select * from "{name}"'):
                yield from (str(value).lower() for value in row)


def _duckdb_texts(path: Path) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
    for schema, table in tables:
        yield from _texts(f'"{schema}"."{table}"', path)


def _texts(rows: str, database: Path | None = None) -> Iterator[str]:
    with duckdb.connect(str(database or ":memory:"), read_only=database is not None) as connection:
        # Every column as text, structs and lists too.
        for (value,) in connection.execute(
            f"select lower(cast(each as varchar)) from {rows} as each"
        ).fetchall():
            yield value or ""
