"""`jalur review`: the pipeline review of a week, by hand."""

from datetime import date

from alerts.delivery import deliver
from alerts.outbox import unsent
from alerts.reviews import announce_review
from cli.screen import console
from jalur.errors import ConfigurationError
from jalur.settings import load_settings
from serving.review.page import write_review
from serving.review.weeks import Week


def make_review(day: str | None, send: bool) -> None:
    """Write the review of the week that a day lies in (the newest), print and maybe send it."""
    settings = load_settings()
    try:
        week = None if day is None else Week.of(date.fromisoformat(day))
    except ValueError as error:
        raise ConfigurationError(f"--week must be a date (2026-06-22), not '{day}'") from error
    review = write_review(settings, week)
    console.print(f"[bold]{review.title}[/]\n")
    console.print(review.summary, markup=False, soft_wrap=True)
    if not send:
        return
    is_new = announce_review(
        settings, review.week.monday, review.title, review.summary, review.page, review.named_page
    )
    deliver(settings)
    if any(message.title == review.title for message in unsent(settings.paths)):
        console.print("\nNot every channel has it yet: `jalur alerts list` says why.")
    else:
        console.print("\nSent." if is_new else "\nIt was sent before, and is not sent twice.")
