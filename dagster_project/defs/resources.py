"""Resources that steps ask for by name."""

import dagster as dg

from dagster_project.dbt_cli import dbt_resource


@dg.definitions
def resources() -> dg.Definitions:
    """The dbt beside this Python."""
    return dg.Definitions(resources={"dbt": dbt_resource()})
