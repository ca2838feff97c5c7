"""Streams that are listed whole each time: what of it is news, and what is listed no more."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingestion.api.landed import hashes_present
from ingestion.api.rows import Unreadable, payload_hash, record_id_of
from ingestion.api.stream import Page, Stream
from ingestion.api.sweep import vanished
from jalur.paths import Home


class Whole:
    """Leaves out what is landed just so, or the log would grow by everything with every sync."""

    def __init__(self, home: Home, source: str, stream: Stream) -> None:
        self._source, self._stream = source, stream
        self._known = hashes_present(home, source, stream.name)
        self._listed: set[str] = set()
        self._is_readable = True

    def news(self, page: Page) -> Page:
        """The page with its news alone."""
        records = []
        for record in page.records:
            try:
                record_id, digest = record_id_of(self._stream, record), payload_hash(record)
            except (Unreadable, TypeError):
                # Into the quarantine, where it is said what is wrong with it.
                self._is_readable = False
                records.append(record)
                continue
            self._listed.add(record_id)
            if self._known.get(record_id) != digest:
                records.append(record)
        return replace(page, records=records, unchanged=len(page.records) - len(records))

    def gone(self, most_deletions: float) -> list[str]:
        """After all pages: what is landed and was on none; raises as `vanished` does."""
        if not self._is_readable:
            # A record that cannot be read may be the very one that seems to be missing.
            return []
        return vanished(
            self._source, self._stream.name, self._known.keys(), self._listed, most_deletions
        )


def read_whole(
    home: Home, source: str, stream: Stream, pages: Iterable[Page], most_deletions: float
) -> Iterator[Page]:
    """The news of pages that together have all there is, and then what they have no more."""
    whole = Whole(home, source, stream)
    last: Page | None = None
    for page in pages:
        last = page
        yield whole.news(page)
    if last is not None:
        yield replace(last, records=[], gone=whole.gone(most_deletions))
