"""Transformation: every dbt model and test, after the gate at the raw door, before publication."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from dagster_project.asset_checks import as_asset_checks
from dagster_project.build_state import (
    begin_build,
    build_fingerprint,
    build_is_complete,
    built_by,
    incremental_models_are_complete,
    needs_full_refresh,
)
from dagster_project.dbt_assets import TRANSLATOR, in_build_order, model_names
from dagster_project.dbt_events import materializations, selection
from dagster_project.dbt_invocation import invoke
from dagster_project.dbt_project import DATA_QUALITY, manifest_path, target_path
from dagster_project.dbt_results import incremental_models_are_whole, read_run_results
from dagster_project.quality_gate import (
    carry_dbt_results_over,
    judge_dbt_results,
    land_dbt_results,
    pass_gate,
)
from dagster_project.run_context import run_context
from jalur.progress import report
from jalur.settings import load_settings
from jalur.warehouse import make_writable

MANIFEST = manifest_path(load_settings())


class TransformationConfig(dg.Config):
    """How this run transforms."""

    full_refresh: bool = False


@dbt_assets(
    manifest=MANIFEST,
    name="dbt_build",
    exclude=DATA_QUALITY,
    dagster_dbt_translator=TRANSLATOR,
)
def dbt_build(context: dg.AssetExecutionContext, config: TransformationConfig) -> Iterator[Any]:
    """Build and test all models but the quality report, unless they would come out the same."""
    run = run_context(context)
    settings = run.settings
    pass_gate(run)
    if note := make_writable(settings.paths.warehouse):
        context.log.warning(note)
    fingerprint = build_fingerprint(settings, run.as_of)
    earlier_run = None if config.full_refresh else built_by(settings, fingerprint)
    if earlier_run is not None:
        report("build models", detail="nothing new since the last build")
        for key in in_build_order(MANIFEST, context.selected_asset_keys):
            yield dg.MaterializeResult(asset_key=key, metadata={"unchanged_since": earlier_run})
        results = carry_dbt_results_over(run, earlier_run)
        yield from as_asset_checks(results, context.selected_asset_check_keys)
        return
    full_refresh = config.full_refresh or needs_full_refresh(settings)
    begin_build(settings, full_refresh=full_refresh)
    problem = invoke(
        [
            "build",
            *selection(context, model_names(MANIFEST)),
            *("--exclude", DATA_QUALITY, "--exclude-resource-type", "unit_test"),
            *(["--full-refresh"] if full_refresh else []),
        ],
        run.dbt_environment,
        target_path(settings),
        lambda node, number, total: report("build models", number, total, node),
    )
    found = read_run_results(target_path(settings))
    yield from materializations(found, settings.paths.warehouse)
    if not context.is_subset and incremental_models_are_whole(found):
        incremental_models_are_complete(settings, run.run_id)
    results = land_dbt_results(run, found)
    yield from as_asset_checks(results, context.selected_asset_check_keys)
    judge_dbt_results(run, found, problem)
    if not context.is_subset:
        build_is_complete(settings, fingerprint, run.run_id)
