"""Transformation: every dbt model and test, after the gate at the raw door, before publication."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from dagster_project import dbt_cli
from dagster_project.build_state import begin_build, build_fingerprint, built_by, complete_build
from dagster_project.dbt_assets import TRANSLATOR, in_build_order
from dagster_project.quality_gate import (
    carry_dbt_results_over,
    pass_gate,
    settle_dbt_results,
)
from dagster_project.run_context import run_context
from jalur.progress import report
from jalur.settings import load_settings
from jalur.warehouse import make_writable

MANIFEST = dbt_cli.manifest_path(load_settings())


class TransformationConfig(dg.Config):
    """How this run transforms."""

    full_refresh: bool = False


@dbt_assets(
    manifest=MANIFEST,
    name="dbt_build",
    exclude=dbt_cli.DATA_QUALITY,
    dagster_dbt_translator=TRANSLATOR,
)
def dbt_build(
    context: dg.AssetExecutionContext, dbt: DbtCliResource, config: TransformationConfig
) -> Iterator[Any]:
    """Build and test all models but the quality report, unless they would come out the same."""
    run = run_context(context)
    dbt_cli.use_environment(run.settings, run.run_id, run.as_of)
    pass_gate(run.settings, run.run_id, dbt)
    if note := make_writable(run.settings.paths.warehouse):
        context.log.warning(note)
    fingerprint = build_fingerprint(run.settings, run.as_of)
    earlier_run = None if config.full_refresh else built_by(run.settings, fingerprint)
    if earlier_run is not None:
        report("build models", detail="nothing new since the last build")
        for key in in_build_order(MANIFEST, context.selected_asset_keys):
            yield dg.MaterializeResult(asset_key=key, metadata={"unchanged_since": earlier_run})
        carry_dbt_results_over(run.settings, run.run_id, earlier_run)
        return
    begin_build(run.settings)
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    if config.full_refresh or dbt_cli.needs_full_refresh(run.settings):
        arguments.append("--full-refresh")
    invocation = dbt.cli(
        arguments,
        context=context,
        raise_on_error=False,
        target_path=dbt_cli.target_path(run.settings),
    )
    total = len(context.selected_asset_keys) + len(context.selected_asset_check_keys)
    for done, event in enumerate(invocation.stream(), start=1):
        name = getattr(event, "asset_key", None) or getattr(event, "output_name", "")
        report("build models", done, total, str(name))
        yield event
    problem = None if invocation.is_successful() else invocation.get_error()
    settle_dbt_results(run.settings, run.run_id, dbt, problem)
    dbt_cli.note_full_build(run.settings)
    complete_build(run.settings, fingerprint, run.run_id)
