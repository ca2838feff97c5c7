"""DuckDB over the landing zone, be it a folder or a prefix of a bucket."""

from pathlib import Path

import duckdb

from jalur.errors import ConfigurationError
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


def reach(home: Home) -> None:
    """Ask a bucket for one name; raises `ConfigurationError` where it does not answer.

    So that a wrong name, missing credentials or a service that is away are told before anything
    begins, and in words.
    """
    landing = home.landing
    if isinstance(landing, Path):
        return
    bucket, _, prefix = landing.path.partition("/")
    try:
        landing.fs.call_s3("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=1)
    # The libraries below have no common ground, and none of their errors is ours to show whole.
    except Exception as error:
        raise ConfigurationError(
            f"JALUR_LANDING_URL: {landing} cannot be read ({type(error).__name__}:"
            f" {str(error).splitlines()[0] if str(error) else 'no more is known'}). The bucket must"
            " exist; AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a service other than AWS,"
            " AWS_ENDPOINT_URL say who asks and where"
        ) from error
