"""dbt-duckdb's plugin that gives SQL the function `address_hash`.

The key is looked up in the environment when a row is hashed. So it is in no SQL that dbt compiles,
writes to its logs or keeps in its target folder.
"""

import os

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb.func import FunctionNullHandling, PythonUDFType

from jalur.personal_data import KEY_VARIABLE, address_hash

FUNCTION = "address_hash"


def address_hashes(addresses: pa.ChunkedArray) -> pa.Array:
    """The hashes of a column of addresses; all null without a key."""
    key = os.environ.get(KEY_VARIABLE, "")
    return pa.array([address_hash(key, each) for each in addresses.to_pylist()], pa.string())


class Plugin(BasePlugin):
    """Loaded by `dbt/profiles.yml`."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Make the function known; another connection of this process may have done so."""
        try:
            conn.create_function(
                FUNCTION,
                address_hashes,
                ["VARCHAR"],
                "VARCHAR",
                type=PythonUDFType.ARROW,
                null_handling=FunctionNullHandling.SPECIAL,
            )
        except duckdb.CatalogException as error:
            if "already exists" not in str(error):
                raise
