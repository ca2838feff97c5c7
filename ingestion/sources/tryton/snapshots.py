"""At which moments to look at the past so that every revision is seen, and few looks are needed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

RESOLUTION = timedelta(microseconds=1)


@dataclass(frozen=True)
class Revision:
    """A record as it was from one moment until another, which is None for the last revision."""

    record_id: int
    since: datetime
    until: datetime | None
    by: str | None

    @property
    def key(self) -> tuple[int, datetime]:
        return self.record_id, self.since


def looks(revisions: list[Revision]) -> list[tuple[datetime, list[Revision]]]:
    """Moments, each with the revisions that hold at it; every revision is in exactly one of them.

    The first revision to end has to be seen before its end, and nothing sees more than a look just
    before it: so taken, the moments are as few as there can be.
    """
    ending = sorted(
        (each for each in revisions if each.until is not None),
        key=lambda each: (each.until, each.record_id),
    )
    lasting = [each for each in revisions if each.until is None]
    taken: list[tuple[datetime, list[Revision]]] = []
    while ending:
        until = ending[0].until
        assert until is not None
        at = until - RESOLUTION
        seen = [each for each in (*ending, *lasting) if each.since <= at]
        taken.append((at, seen))
        ending = [each for each in ending if each.since > at]
        lasting = [each for each in lasting if each.since > at]
    if lasting:
        taken.append((max(each.since for each in lasting), lasting))
    return taken
