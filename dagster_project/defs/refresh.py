"""The main job, its schedule and its freshness."""

import dagster as dg

from jalur.settings import load_settings

refresh_warehouse = dg.define_asset_job(
    "refresh_warehouse",
    # The review is of a week, and has a schedule of its own.
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets("pipeline_review"),
    executor_def=dg.in_process_executor,
    description="Extract, check, model, publish, alert.",
)

daily_refresh = dg.ScheduleDefinition(
    job=refresh_warehouse,
    cron_schedule=load_settings().refresh_schedule,
    execution_timezone=load_settings().timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every morning at five, business time, unless JALUR_REFRESH_SCHEDULE says else.",
)
