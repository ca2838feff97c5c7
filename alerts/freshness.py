"""Whether the figures are new enough to alert anybody, and what is said where they are not.

A source that has stopped to deliver looks as if every deal in it had stopped to move: all stages
would become bottlenecks at once.
"""

from datetime import datetime, timedelta

from alerts import wording
from alerts.message import Draft
from alerts.published import Published, Quiet

# The schedule publishes every day; a morning that was missed is no reason to wake anybody.
OLDEST_PUBLICATION = timedelta(hours=36)
# A source is silent where it has been quiet for longer than it ever was in a year, by a margin, and
# for longer than a long weekend.
MARGIN = 1.5
LONG_WEEKEND_DAYS = 4


def is_old(published: Published, now: datetime) -> bool:
    """Whether the publication is older than it can be where the schedule works."""
    return now - published.published_at > OLDEST_PUBLICATION


def is_silent(quiet: Quiet) -> bool:
    """Whether a source has been without a change for longer than can be by chance."""
    if quiet.longest_gap_days is None:
        return False
    return quiet.quiet_days > max(LONG_WEEKEND_DAYS, MARGIN * quiet.longest_gap_days)


def old_publication(published: Published) -> Draft:
    """The message that nothing has been published for too long."""
    title, body = wording.old_publication(published.published_at.date())
    return Draft("data_stale", "publication", published.run_id, title, body)


def silent_source(quiet: Quiet) -> Draft:
    """The message that a source has stopped to deliver."""
    title, body = wording.silent_source(quiet)
    return Draft("data_stale", quiet.source, quiet.newest_change.isoformat(), title, body)
