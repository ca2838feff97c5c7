"""What a dbt invocation did, as events of its Dagster step."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from dagster_project.dbt_assets import TABLES, TRANSLATOR


def selection(context: dg.AssetExecutionContext, names: dict[dg.AssetKey, str]) -> list[str]:
    """Arguments that select what the step was asked for; none where that is everything."""
    if not context.is_subset:
        return []
    return ["--select", *sorted(names[key] for key in context.selected_asset_keys)]


def materializations(
    results: Iterable[dict[str, Any]], warehouse: Path
) -> Iterator[dg.MaterializeResult[None]]:
    """The models and seeds that were built, in the order of dbt, with their rows and seconds."""
    rows = _rows(warehouse)
    for result in results:
        node = result["node"]
        if node["resource_type"] in TABLES and result["status"] == "success":
            metadata: dict[str, Any] = {"seconds": round(result["execution_time"], 3)}
            count = rows.get((node["schema"], node["alias"]))
            if count is not None:
                metadata["dagster/row_count"] = count
            yield dg.MaterializeResult(asset_key=TRANSLATOR.get_asset_key(node), metadata=metadata)


def _rows(warehouse: Path) -> dict[tuple[str, str], int]:
    """Rows per table, by schema and name; views have none."""
    if not warehouse.exists():
        return {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables()"
        ).fetchall()
    return {(schema, table): int(size) for schema, table, size in tables}
