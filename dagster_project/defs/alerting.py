"""Alerting: what the published marts say that a person must hear."""

from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from alerts.delivery import deliver
from alerts.evaluation import evaluate
from alerts.failures import notify_failure, notify_review_failure
from dagster_project.run_context import run_context
from jalur.progress import report
from jalur.settings import load_settings


@dg.asset(deps=["publication"], group_name="serving", kinds={"sqlite"})
def bottleneck_alerts(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Messages about bottlenecks that opened or closed, sent once."""
    run = run_context(context)
    report("alert")
    found = evaluate(run.settings)
    sent = deliver(run.settings)
    return dg.MaterializeResult(metadata={"new_messages": found, "sent_messages": len(sent)})


@dg.sensor(minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def bottleneck_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Evaluate and deliver between runs too, so that a channel that was down gets its messages."""
    settings = load_settings()
    if not settings.paths.published_database.exists():
        return dg.SkipReason("nothing is published yet")
    found = evaluate(settings)
    sent = deliver(settings)
    context.log.info("%s new messages, %s sent", found, len(sent))
    return dg.SkipReason(f"{found} new messages, {len(sent)} sent")


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING)
def run_failure_alerts(context: dg.RunFailureSensorContext) -> None:
    """Tell the same channels that a refresh failed, once per run, or a review, once per day."""
    message = context.failure_event.message or "unknown error"
    if context.dagster_run.job_name == "review_pipeline":
        settings = load_settings()
        today = datetime.now(ZoneInfo(settings.timezone)).date()
        notify_review_failure(settings, today, message)
    else:
        notify_failure(load_settings(), context.dagster_run.run_id, message)
