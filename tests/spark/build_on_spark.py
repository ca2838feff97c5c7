"""Build every model on local Spark, in a process of its own: a Spark session keeps its folder.

`python -m tests.spark.build_on_spark`, with the settings in the environment; exit code 1 where a
model fails.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from dbt.adapters.spark.connections import SparkCredentials
from dbt.cli.main import dbtRunner

from jalur.paths import Home
from tests.warehouse import PROJECT

FOLDER = str(PROJECT)
ARGUMENTS = "--quiet build --target spark".split()
ARGUMENTS += "--exclude-resource-type test --exclude-resource-type unit_test".split()
SESSION = {
    # dbt-spark switches ANSI mode off. With it, what cannot be computed is an error, not null.
    "spark.sql.ansi.enabled": "true",
    # Hundreds of queries over few rows: what plans them again while they run only costs.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.log.level": "ERROR",
    # Every small table that a join broadcasts takes a page; of 64 MB each, the dozens of one model
    # can be more than the driver has.
    "spark.buffer.pageSize": "1m",
}


def main() -> int:
    """Build everything into an empty folder, and return the exit code."""
    shutil.rmtree(Home(Path(os.environ["JALUR_HOME"])).spark, ignore_errors=True)
    with mock.patch.object(SparkCredentials, "__post_init__", _with_our_settings):
        invoked = dbtRunner().invoke(
            [*ARGUMENTS, "--project-dir", FOLDER, "--profiles-dir", FOLDER]
        )
    return 0 if invoked.success else 1


_as_dbt_sets_it = SparkCredentials.__post_init__


def _with_our_settings(self: Any) -> None:
    _as_dbt_sets_it(self)
    self.server_side_parameters |= SESSION


if __name__ == "__main__":
    sys.exit(main())
