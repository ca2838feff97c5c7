"""Great Expectations at the raw door, before any model is built."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.asset_checks import as_entity_checks
from dagster_project.quality_gate import pass_gate
from dagster_project.run_context import run_context
from ingestion.check_results import land_check_results
from ingestion.expectations import validate
from ingestion.sources.registry import landed_entities
from jalur.progress import report
from jalur.settings import load_settings


def _expectations(source: str) -> dg.AssetChecksDefinition:
    prefix = f"raw_{source}"

    @dg.multi_asset_check(
        name=f"validate_{source}",
        specs=[
            # Blocking, so that no model is built before the batch was looked at.
            dg.AssetCheckSpec("expectations", asset=[prefix, entity], blocking=True)
            for entity in landed_entities(source)
        ],
    )
    def validate_source(
        context: dg.AssetCheckExecutionContext,
    ) -> Iterator[dg.AssetCheckResult]:
        run = run_context(context)
        results = validate(
            run.settings,
            source,
            run.as_of,
            progress=lambda entity, done, total: report(f"check {source}", done, total, entity),
        )
        land_check_results(run.settings.paths, run.run_id, results)
        yield from as_entity_checks(results, context.selected_asset_check_keys)
        pass_gate(run)

    return validate_source


expectations = [_expectations(source) for source in load_settings().sources]
