"""What a test may change about the server while it runs, and what it counts."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Switches:
    """Limits and paces of the server; the defaults are those of a calm production org."""

    batch_size: int = 2000
    """Records of a REST page unless the client asks for fewer; the platform allows 200 to 2,000."""
    smallest_batch: int = 200
    """Lower it to page through little data."""
    bulk_page: int = 50_000
    """Records of a page of bulk results unless the client asks for another number."""
    bulk_polls: int = 1
    """How often a job answers InProgress before it is JobComplete."""
    bulk_failure: str | None = None
    """If set, every job that is worked on from now on fails with this message."""
    request_limit: int = 100_000
    """Calls a day; those beyond get 403 REQUEST_LIMIT_EXCEEDED."""
    session_calls: int | None = None
    """If set, a session expires after that many calls."""
    calls: int = 0
    """API calls so far: what the limits count."""
    paths: Counter[str] = field(default_factory=Counter)
    """Calls so far by resource: query, queryAll, sobjects, jobs, limits, ..."""
