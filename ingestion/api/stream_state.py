"""What one run has read of one stream: counts, shapes, and rows that wait to be landed."""

from dataclasses import dataclass, field, replace

from ingestion.api.bookmarks import StreamCounts
from ingestion.api.landed import last_payloads, newest_hashes
from ingestion.api.rows import Rows, add_page
from ingestion.api.shapes import Shapes
from ingestion.api.stream import Bookmark, Page, Stream
from jalur.paths import Home


@dataclass
class StreamState:
    """`unsaved` is the bookmark after the last page; `is_again` says that what waits to be landed
    may lie there already."""

    home: Home
    source: str
    counts: StreamCounts
    shapes: Shapes = field(default_factory=Shapes)
    rows: Rows = field(default_factory=Rows)
    unsaved: Bookmark | None = None
    is_again: bool = False
    refusal: str = ""
    is_whole: bool = False
    seconds: float = 0.0

    def add(self, stream: Stream, page: Page, run_id: str, *, is_again: bool) -> None:
        """Take in the records of a page."""
        self.is_again |= is_again
        before, bad_before = len(self.rows), len(self.rows.quarantined)
        counts = self.counts
        add_page(
            self.rows,
            stream,
            page,
            run_id=run_id,
            first_position=counts.fetched + counts.gone,
            last_payloads=last_payloads(self.home, self.source, stream.name, page.gone),
        )
        if not page.is_text:
            self.shapes.add(page.records)
        self.counts = replace(
            counts,
            fetched=counts.fetched + len(page.records) + page.unchanged,
            landed=counts.landed + len(self.rows) - before - len(page.gone),
            quarantined=counts.quarantined + len(self.rows.quarantined) - bad_before,
            unchanged=counts.unchanged + page.unchanged,
            gone=counts.gone + len(page.gone),
        )

    def leave_out_unchanged(self) -> None:
        """What is read again for some reason is landed where it is another than before."""
        if not self.is_again:
            return
        known = newest_hashes(self.home, self.source, self.counts.stream, self.rows.record_ids())
        unchanged = self.rows.leave_out(known)
        self.counts = replace(
            self.counts,
            landed=self.counts.landed - unchanged,
            unchanged=self.counts.unchanged + unchanged,
        )

    def landed(self) -> None:
        """Nothing waits any more."""
        self.rows, self.unsaved, self.is_again = Rows(), None, False
