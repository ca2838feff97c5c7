"""Extraction: one step per configured source, one asset per landed entity."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.asset_checks import as_entity_checks
from dagster_project.run_context import run_context
from dagster_project.sources import extract
from ingestion.check_results import land_check_results
from ingestion.landing import QUARANTINE_TABLE
from ingestion.sources.registry import landed_entities
from jalur.progress import report
from jalur.settings import load_settings

CHECK = "Rows readable, files not empty, volume not collapsed against the last published run."


class ExtractionConfig(dg.Config):
    """How this run extracts."""

    accept_volume: bool = False


def _extraction(source: str) -> dg.AssetsDefinition:
    prefix = f"raw_{source}"
    tables = landed_entities(source)
    keys = [dg.AssetKey([prefix, name]) for name in (*tables, QUARANTINE_TABLE)]

    @dg.multi_asset(
        name=f"extract_{source}",
        specs=[dg.AssetSpec(key, group_name="landing", kinds={"parquet", "dlt"}) for key in keys],
        check_specs=[
            dg.AssetCheckSpec("reading", asset=[prefix, name], description=CHECK) for name in tables
        ],
    )
    def extract_source(
        context: dg.AssetExecutionContext, config: ExtractionConfig
    ) -> Iterator[Any]:
        run = run_context(context)
        extraction = extract(
            source,
            run.settings,
            run.run_id,
            config.accept_volume,
            lambda entity, done, total: report(f"extract {source}", done, total, entity),
        )
        land_check_results(run.settings.paths, run.run_id, extraction.checks)
        quarantined = 0
        for entity in extraction.entities:
            quarantined += entity.rows_quarantined
            yield dg.MaterializeResult(
                asset_key=[prefix, entity.entity],
                metadata={
                    "files": entity.files,
                    "rows_read": entity.rows_read,
                    "rows_landed": entity.rows_landed,
                    "rows_unchanged": entity.rows_unchanged,
                    "rows_quarantined": entity.rows_quarantined,
                    "rows_deleted": entity.rows_deleted,
                    "seconds": round(entity.seconds, 3),
                },
            )
        yield dg.MaterializeResult(
            asset_key=[prefix, QUARANTINE_TABLE], metadata={"rows_landed": quarantined}
        )
        yield from as_entity_checks(extraction.checks, context.selected_asset_check_keys)

    return extract_source


extractions = [_extraction(source) for source in load_settings().sources]
