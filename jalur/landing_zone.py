"""DuckDB over the landing zone, be it a folder or a prefix of a bucket."""

from pathlib import Path

import duckdb

from jalur.files import Place
from jalur.paths import Home


def connect(home: Home, memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory that reads the landing zone."""
    connection = duckdb.connect()
    if memory_limit is not None:
        connection.execute(f"set memory_limit = '{memory_limit}'")
    let_read(connection, home.landing)
    return connection


def let_read(connection: duckdb.DuckDBPyConnection, landing: Place) -> None:
    """Let a database read a bucket.

    By Python's file system: DuckDB's own extension for S3 would have to be downloaded, and its
    secrets would be part of what SQL can show.
    """
    if not isinstance(landing, Path):
        connection.register_filesystem(landing.fs)
