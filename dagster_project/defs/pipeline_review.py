"""The pipeline review: every Monday, or the first morning after on which the week is known."""

import dagster as dg

from alerts.delivery import deliver
from alerts.reviews import announce_review, is_announced
from jalur.settings import load_settings
from serving.review.page import newest_week, write_review


@dg.asset(deps=["publication"], group_name="serving", kinds={"html"})
def pipeline_review() -> dg.MaterializeResult[None]:
    """What moved in the newest whole week, what is stuck, what will close, what to do first."""
    settings = load_settings()
    review = write_review(settings)
    is_new = announce_review(
        settings, review.week.monday, review.title, review.summary, review.page, review.named_page
    )
    deliver(settings)
    return dg.MaterializeResult(
        metadata={
            "week": review.week.monday.isoformat(),
            "is_new": is_new,
            "page": dg.MetadataValue.url(review.named_page.as_uri()),
            "summary": dg.MetadataValue.text(review.summary),
        }
    )


review_pipeline = dg.define_asset_job(
    "review_pipeline",
    selection=[pipeline_review],
    executor_def=dg.in_process_executor,
    description="Write the review of the newest whole week and send it.",
)


@dg.schedule(
    job=review_pipeline,
    cron_schedule=load_settings().review_schedule,
    execution_timezone=load_settings().timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def weekly_review() -> dg.RunRequest | dg.SkipReason:
    """Once per week, as soon as what is published reaches the week's end."""
    settings = load_settings()
    if not settings.paths.published_database.exists():
        return dg.SkipReason("nothing is published yet")
    week = newest_week(settings)
    if is_announced(settings, week.monday):
        return dg.SkipReason(f"the review of the week from {week.monday} was sent")
    return dg.RunRequest(run_key=week.monday.isoformat())
