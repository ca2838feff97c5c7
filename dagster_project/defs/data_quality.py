"""The quality report: what all checks of the run found, built after the last of them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from dagster_project import dbt_cli
from dagster_project.dbt_assets import TRANSLATOR, mart_keys
from dagster_project.run_context import run_context
from ingestion.check_results import read_check_results
from ingestion.landing import QUARANTINE_TABLE
from jalur.progress import report
from jalur.settings import load_settings

MANIFEST = dbt_cli.manifest_path(load_settings())
QUARANTINES = [
    dg.AssetKey([f"raw_{source}", QUARANTINE_TABLE]) for source in load_settings().sources
]


@dg.asset(
    key=["raw_jalur", "check_results"],
    deps=[*mart_keys(MANIFEST), *QUARANTINES],
    group_name="landing",
    kinds={"parquet", "dlt"},
)
def check_results(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Results of ingestion, Great Expectations and dbt, which each step landed as it went."""
    run = run_context(context)
    results = read_check_results(run.settings.paths, run.run_id)
    counts = Counter(f"{result.severity}_{result.status}" for result in results)
    return dg.MaterializeResult(metadata={"checks": len(results), **counts})


@dbt_assets(
    manifest=MANIFEST,
    name="dbt_build_data_quality",
    select=dbt_cli.DATA_QUALITY,
    dagster_dbt_translator=TRANSLATOR,
)
def dbt_build_data_quality(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Build and test `rpt_data_quality`."""
    run = run_context(context)
    dbt_cli.use_environment(run.settings, run.run_id, run.as_of)
    report("build quality report")
    yield from dbt.cli(
        ["build", "--exclude-resource-type", "unit_test"],
        context=context,
        target_path=dbt_cli.target_path(run.settings),
    ).stream()
