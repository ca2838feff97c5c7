"""What a sync says about the quality of what it brought."""

from collections.abc import Sequence

from ingestion.api.bookmarks import StreamCounts
from ingestion.api.client import LimitReached
from ingestion.landing import QUARANTINE_TABLE
from jalur.checks import CheckResult

MOST_QUARANTINED = 0.05
MOST_NAMED = 20


def readable(source: str, counts: StreamCounts, records: int) -> CheckResult:
    """Critical where more than 5% of all `records` of the stream came and could not be read."""
    too_many = counts.quarantined > MOST_QUARANTINED * max(records, counts.fetched)
    detail = ""
    if counts.quarantined:
        detail = (
            f"{counts.quarantined:,} of {counts.fetched:,} records could not be read and lie in"
            f" landing/raw_{source}/{QUARANTINE_TABLE}"
        )
    return CheckResult(
        check_name=f"{counts.stream}_rows_readable",
        source=source,
        entity=counts.stream,
        severity="critical" if too_many else "warning",
        status="failed" if counts.quarantined else "passed",
        failing_rows=counts.quarantined,
        detail=detail,
    )


def stage_as_history(source: str, stream: str, disagreeing: Sequence[str]) -> CheckResult:
    """A warning that names the deals whose stage is not the one that their history ends in."""
    shown = ", ".join(disagreeing[:MOST_NAMED])
    more = f" and {len(disagreeing) - MOST_NAMED:,} more" if len(disagreeing) > MOST_NAMED else ""
    return CheckResult(
        check_name=f"{stream}_stage_as_history",
        source=source,
        entity=stream,
        severity="warning",
        status="failed" if disagreeing else "passed",
        failing_rows=len(disagreeing),
        detail=f"their stage is not the last of their history, read once more: {shown}{more}"
        if disagreeing
        else "",
    )


def permitted(source: str, stream: str, refusal: str) -> CheckResult:
    """A warning where the source refused a stream that not everybody has."""
    return CheckResult(
        check_name=f"{stream}_permitted",
        source=source,
        entity=stream,
        severity="warning",
        status="failed" if refusal else "passed",
        failing_rows=1 if refusal else 0,
        detail=refusal,
    )


def read_whole(
    source: str, streams: Sequence[str], unread: Sequence[str], problem: LimitReached | None
) -> CheckResult:
    """Critical where the source stopped answering: half of its news contradicts the rest."""
    return CheckResult(
        check_name="source_read_whole",
        source=source,
        entity=unread[0] if unread else streams[0],
        severity="critical",
        status="failed" if unread else "passed",
        failing_rows=len(unread),
        detail=f"{problem}. Not read to the end: {', '.join(unread)}" if unread else "",
    )
