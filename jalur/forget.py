"""Take texts out of the files of a folder: databases, Parquet and plain text alike.

Plain files are searched for the bytes, compressed ones by their columns. A file that has none of
the texts is not touched; another is replaced as a whole.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path

import duckdb

from jalur.files import ASIDE, replace_file

ERASED = "(erased)"
Texts = Collection[str]


def forget_below(folder: Path, texts: Texts, *, but: Iterable[Path] = ()) -> list[Path]:
    """Replace the texts (whatever their case) in all files below a folder; returns which changed.

    `but` are folders and files to leave alone. Links are not followed.
    """
    left_alone = tuple(path.resolve() for path in but)
    changed = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.name.endswith(("-wal", "-shm")):
            continue
        if any(path.resolve().is_relative_to(each) for each in left_alone):
            continue
        if texts and _forget(path, texts):
            changed.append(path)
    return changed


def _forget(path: Path, texts: Texts) -> bool:
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"SQLite format 3"):
        return _in_sqlite(path, texts)
    if head.startswith(b"PAR1"):
        return _in_parquet(path, texts)
    if head[8:12] == b"DUCK":
        return _in_duckdb(path, texts)
    return _in_text(path, texts)


def _in_text(path: Path, texts: Texts) -> bool:
    pattern = re.compile(b"|".join(re.escape(text.encode()) for text in texts), re.IGNORECASE)
    content = path.read_bytes()
    cleaned = pattern.sub(ERASED.encode(), content)
    if cleaned == content:
        return False
    mode = path.stat().st_mode

    def write(aside: Path) -> None:
        aside.write_bytes(cleaned)
        aside.chmod(mode)

    replace_file(path, write)
    return True


def _in_sqlite(path: Path, texts: Texts) -> bool:
    """In place, in one transaction: SQLite brings its own way back from a crash."""
    changed = 0
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.create_function("forget", 1, partial(_without, texts=texts))
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        with connection:
            for (table,) in tables.fetchall():
                columns = connection.execute(f'pragma table_info("{table}")').fetchall()
                for column in (f'"{name}"' for _, name, *_ in columns):
                    found = connection.execute(
                        f'update "{table}" set {column} = forget({column})'
                        f" where typeof({column}) = 'text' and forget({column}) <> {column}"
                    )
                    changed += found.rowcount
        if changed:
            # What was replaced would lie in free pages and in the log otherwise.
            connection.execute("vacuum")
            connection.execute("pragma wal_checkpoint(truncate)")
    return changed > 0


def _in_parquet(path: Path, texts: Texts) -> bool:
    with duckdb.connect() as connection:
        connection.execute("create view rows as select * from read_parquet(" + _text(path) + ")")
        columns = _columns_with(connection, "rows", texts)
        if not columns:
            return False
        selected = f"select * replace ({_replacements(columns, texts)}) from rows"

        def write(aside: Path) -> None:
            connection.execute(f"copy ({selected}) to {_text(aside)} (format parquet)")

        replace_file(path, write)
    return True


def _in_duckdb(path: Path, texts: Texts) -> bool:
    """In a copy, which is then copied once more: a changed table keeps its old rows in the file."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {_text(path)} as old (read_only)")
        found = {
            table: columns
            for table in _tables(connection, "old")
            if (columns := _columns_with(connection, table, texts))
        }
        version = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = 'old'"
        ).fetchone()
        if not found:
            return False

        def write(aside: Path) -> None:
            between = aside.with_name(aside.name + "-1" + ASIDE)
            options = (
                f"(storage_version '{version[0].split(' ')[0].rstrip('+')}')" if version else ""
            )
            for target, name in ((between, "between"), (aside, "new")):
                target.unlink(missing_ok=True)
                connection.execute(f"attach {_text(target)} as {name} {options}")
            connection.execute("copy from database old to between")
            for table, columns in found.items():
                inner = table.replace('"old"', '"between"', 1)
                connection.execute(f"update {inner} set {_settings(columns, texts)}")
            connection.execute("copy from database between to new")
            connection.execute("detach new; detach between")
            between.unlink()

        replace_file(path, write)
    return True


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = $1", [database]
    ).fetchall()
    return [f'"{database}"."{schema}"."{table}"' for schema, table in rows]


def _columns_with(connection: duckdb.DuckDBPyConnection, table: str, texts: Texts) -> list[str]:
    """The text columns of a table in which one of the texts stands."""
    described = connection.execute(f"describe {table}").fetchall()
    columns = ['"' + name + '"' for name, kind, *_ in described if kind == "VARCHAR"]
    if not columns:
        return []
    tests = ", ".join(f"bool_or({_pattern_in(column, texts)})" for column in columns)
    (row,) = connection.execute(f"select {tests} from {table}").fetchall()
    return [column for column, is_there in zip(columns, row, strict=True) if is_there]


def _pattern_in(column: str, texts: Texts) -> str:
    return f"regexp_matches({column}, {_text(_pattern(texts))}, 'i')"


def _replaced(column: str, texts: Texts) -> str:
    return f"regexp_replace({column}, {_text(_pattern(texts))}, '{ERASED}', 'gi')"


def _replacements(columns: list[str], texts: Texts) -> str:
    return ", ".join(f"{_replaced(column, texts)} as {column}" for column in columns)


def _settings(columns: list[str], texts: Texts) -> str:
    return ", ".join(f"{column} = {_replaced(column, texts)}" for column in columns)


def _without(text: str | None, texts: Texts) -> str | None:
    return None if text is None else re.sub(_pattern(texts), ERASED, text, flags=re.IGNORECASE)


def _pattern(texts: Texts) -> str:
    return "|".join(re.escape(text) for text in texts)


def _text(value: Path | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"
