"""dbt-duckdb's plugin that lets DuckDB read a landing zone in a bucket.

Credentials are looked up in the environment by the file system itself: they are in no profile, no
SQL that dbt compiles, and no log.
"""

import os
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from jalur.landing_zone import let_read
from jalur.paths import Home


class Plugin(BasePlugin):
    """Loaded by `dbt/profiles.yml`; without JALUR_LANDING_URL it does nothing."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the file system of the bucket."""
        let_read(conn, Home(Path(), os.environ.get("JALUR_LANDING_URL") or None).landing)
