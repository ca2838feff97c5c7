"""The quality report: what all checks of the run found, built after the last of them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from dagster_project.asset_checks import as_asset_checks
from dagster_project.dbt_assets import TRANSLATOR, mart_keys
from dagster_project.dbt_events import materializations
from dagster_project.dbt_project import DATA_QUALITY, manifest_path, target_path
from dagster_project.dbt_results import check_results, read_run_results
from dagster_project.quality_gate import build_quality_report
from dagster_project.run_context import run_context
from ingestion.check_results import read_check_results
from ingestion.landing import QUARANTINE_TABLE
from jalur.errors import JalurError
from jalur.progress import report
from jalur.settings import load_settings

MANIFEST = manifest_path(load_settings())
QUARANTINES = [
    dg.AssetKey([f"raw_{source}", QUARANTINE_TABLE]) for source in load_settings().sources
]


@dg.asset(
    key=["raw_jalur", "check_results"],
    deps=[*mart_keys(MANIFEST), *QUARANTINES],
    group_name="landing",
    kinds={"parquet", "dlt"},
)
def landed_check_results(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Results of ingestion, Great Expectations and dbt, which each step landed as it went."""
    run = run_context(context)
    results = read_check_results(run.settings.paths, run.run_id)
    counts = Counter(f"{result.severity}_{result.status}" for result in results)
    return dg.MaterializeResult(metadata={"checks": len(results), **counts})


@dbt_assets(
    manifest=MANIFEST,
    name="dbt_build_data_quality",
    select=DATA_QUALITY,
    dagster_dbt_translator=TRANSLATOR,
)
def dbt_build_data_quality(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Build and test `rpt_data_quality`."""
    run = run_context(context)
    report("build quality report")
    problem = build_quality_report(run)
    found = read_run_results(target_path(run.settings))
    yield from materializations(found, run.settings.paths.warehouse)
    results = check_results(found, run.settings.paths.warehouse)
    yield from as_asset_checks(results, context.selected_asset_check_keys)
    if problem is not None:
        raise JalurError(f"dbt: {problem}")
