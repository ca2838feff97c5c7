"""The weekly pipeline review as a message, once per week."""

from datetime import UTC, date, datetime
from pathlib import Path

from alerts.message import Draft, Labels
from alerts.outbox import enqueue
from jalur.settings import Settings
from jalur.state import open_state

RULE = "pipeline_review"


def announce_review(
    settings: Settings, monday: date, title: str, summary: str, page: Path, named_page: Path
) -> bool:
    """Put the review of the week in the outbox; false where it was there before.

    The pages lie below the home; the one that names persons goes only where a route allows it.
    """
    home = settings.paths.root
    draft = Draft(
        rule=RULE,
        entity="all",
        period=monday.isoformat(),
        title=title,
        body=summary,
        labels=Labels("review"),
        page=str(page.relative_to(home)),
        named_page=str(named_page.relative_to(home)),
    )
    with open_state(settings.paths) as state:
        return enqueue(state, draft, datetime.now(UTC))


def is_announced(settings: Settings, monday: date) -> bool:
    """Whether the review of that week is or was in the outbox."""
    with open_state(settings.paths) as state:
        row = state.execute(
            "select 1 from outbox where rule = ? and period = ?", (RULE, monday.isoformat())
        ).fetchone()
    return row is not None
