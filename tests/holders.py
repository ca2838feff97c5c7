"""Which files below a folder hold a text: by their bytes, and by every column of what is packed."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb


def holders(folder: Path, *texts: str) -> dict[str, list[str]]:
    """By text (whatever its case) the files, relative to the folder; texts of none are left out."""
    wanted = [text.lower() for text in texts]
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            for text in _found_in(path, wanted):
                found.setdefault(texts[wanted.index(text)], []).append(
                    str(path.relative_to(folder))
                )
    return found


def _found_in(path: Path, texts: Sequence[str]) -> list[str]:
    content = path.read_bytes().lower()
    there = {text for text in texts if text.encode() in content}
    rest = [text for text in texts if text not in there]
    if content.startswith(b"sqlite format 3"):
        there |= _in_sqlite(path, rest)
    if content.startswith(b"par1"):
        with duckdb.connect() as connection:
            there |= _in_rows(connection, f"read_parquet('{path}')", rest)
    if content[8:12] == b"duck":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("select schema_name, table_name from duckdb_tables()")
            for schema, table in tables.fetchall():
                there |= _in_rows(connection, f'"{schema}"."{table}"', rest)
    return sorted(there)


def _in_sqlite(path: Path, texts: Sequence[str]) -> set[str]:
    there = set()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = connection.execute("select name from sqlite_master where type = 'table'")
        for (name,) in names.fetchall():
            for row in connection.execute(f'select * from "{name}"'):
                values = " ".join(map(str, row)).lower()
                there |= {text for text in texts if text in values}
    return there


def _in_rows(connection: duckdb.DuckDBPyConnection, rows: str, texts: Sequence[str]) -> set[str]:
    """Every column as text, structs and lists too."""
    if not texts:
        return set()
    tests = ", ".join(f"bool_or(contains(value, ${n}))" for n in range(1, len(texts) + 1))
    (answer,) = connection.execute(
        f"select {tests} from (select lower(cast(each as varchar)) as value from {rows} as each)",
        list(texts),
    ).fetchall()
    return {text for text, is_there in zip(texts, answer, strict=True) if is_there}
