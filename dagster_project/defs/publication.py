"""Publication: what BI tools and people open, switched in one step."""

from datetime import timedelta

import dagster as dg

import serving
from dagster_project.dbt_assets import mart_keys
from dagster_project.dbt_project import manifest_path
from dagster_project.run_context import run_context
from jalur.progress import report
from jalur.runs import end_run
from jalur.settings import load_settings


@dg.asset(
    deps=mart_keys(manifest_path(load_settings()), with_data_quality=True),
    group_name="serving",
    kinds={"duckdb", "parquet", "html"},
    # A day without a publication is a day on which nobody would notice a bottleneck.
    freshness_policy=dg.FreshnessPolicy.time_window(
        warn_window=timedelta(hours=26), fail_window=timedelta(hours=36)
    ),
)
def publication(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """The serving file, its Parquet twins and the report, as one revision."""
    run = run_context(context)
    published = serving.publish(
        run.settings,
        run.run_id,
        run.as_of,
        lambda doing: report("publish", detail=doing),
    )
    home = run.settings.paths
    end_run(home, run.run_id, "published")
    return dg.MaterializeResult(
        metadata={
            "rows": published.total_rows,
            "marts": len(published.rows),
            "as_of": dg.MetadataValue.timestamp(published.as_of),
            "serving_file": dg.MetadataValue.path(home.published_database),
            "report": dg.MetadataValue.url(home.report.as_uri()),
        }
    )
