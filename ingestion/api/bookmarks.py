"""How far each stream has been read, and what each run counted: rows of the operational state.

A bookmark is moved only after what lies before it was landed. Where it is lost, the stream is read
from its beginning again: staging keeps one row per version, however often it comes.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

from ingestion.api.stream import Bookmark
from ingestion.landing import is_landed
from jalur.paths import Home
from jalur.state import open_state


@dataclass(frozen=True)
class StreamCounts:
    """What one run did with one stream: fetched = landed + unchanged + quarantined, always.

    `unchanged` was read once more and lay there already; `gone` are deletions that were landed
    beside what was fetched.
    """

    stream: str
    fetched: int = 0
    landed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    gone: int = 0


def bookmark_of(home: Home, source: str, stream: str) -> Bookmark | None:
    """Where to go on; None at the beginning, and where the landing zone has nothing of it."""
    if not is_landed(home, source, stream):
        return None
    with open_state(home) as state:
        row = state.execute(
            "select bookmark from bookmarks where source = ? and stream = ?", (source, stream)
        ).fetchone()
    return None if row is None else dict(json.loads(row["bookmark"]))


def forget_bookmarks(home: Home, source: str, streams: Collection[str]) -> None:
    """Have these streams read from their beginning; what did not change is not landed twice."""
    with open_state(home) as state:
        state.executemany(
            "delete from bookmarks where source = ? and stream = ?",
            [(source, stream) for stream in streams],
        )


def save_bookmarks(
    home: Home,
    source: str,
    run_id: str,
    bookmarks: dict[str, Bookmark],
    counts: list[StreamCounts],
) -> None:
    """Remember both in one transaction; counts of a run replace its earlier ones."""
    with open_state(home) as state:
        state.executemany(
            "insert or replace into bookmarks (source, stream, bookmark, run_id)"
            " values (?, ?, ?, ?)",
            [(source, stream, json.dumps(mark), run_id) for stream, mark in bookmarks.items()],
        )
        state.executemany(
            "insert or replace into stream_counts"
            " (run_id, source, stream, fetched, landed, unchanged, quarantined, gone)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (run_id, source, c.stream, c.fetched, c.landed, c.unchanged, c.quarantined, c.gone)
                for c in counts
            ],
        )
