"""The alert that a run has failed."""

from datetime import UTC, date, datetime

from alerts.delivery import deliver
from alerts.message import Draft, Message
from alerts.outbox import enqueue
from jalur.settings import Settings
from jalur.state import open_state

# Enough for the message of an error; a whole traceback belongs into the log.
LONGEST_ERROR = 1500


def notify_review_failure(settings: Settings, day: date, error: str) -> list[Message]:
    """Say that the weekly review could not be made, once per day; return what was sent now."""
    draft = Draft(
        rule="review_failed",
        entity="pipeline_review",
        period=day.isoformat(),
        title="Sales pipeline: review failed",
        body=f"The weekly review could not be made: {_shortened(error)}\n"
        "It is tried again every hour of the working day.\n"
        "What to do: try `jalur review`, and mend what it says.",
    )
    with open_state(settings.paths) as state:
        enqueue(state, draft, datetime.now(UTC))
    return deliver(settings)


def _shortened(error: str) -> str:
    text = error.strip() or "no reason was given"
    return text if len(text) <= LONGEST_ERROR else text[:LONGEST_ERROR].rstrip() + " ..."


def notify_failure(settings: Settings, run_id: str, error: str) -> list[Message]:
    """Say that a refresh has failed, once per run; return what was sent now.

    Asked twice about one run it says nothing new, but delivers what still waits in the outbox.
    """
    draft = Draft(
        rule="run_failed",
        entity="refresh_warehouse",
        period=run_id,
        title="Sales pipeline: refresh failed",
        body=f"The refresh of the sales pipeline warehouse failed: {_shortened(error)}\n"
        "What was published before stays as it is, and is not getting newer.\n"
        f"What to do: look at run {run_id} in `jalur ui`, mend the cause, then `jalur run`.",
    )
    with open_state(settings.paths) as state:
        enqueue(state, draft, datetime.now(UTC))
    return deliver(settings)
