"""Read the streams of a source: land what comes, then move the bookmarks, until all is read."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from ingestion.api.bookmarks import StreamCounts, bookmark_of, save_bookmarks
from ingestion.api.checks import permitted, read_whole, readable, stage_as_history
from ingestion.api.client import LimitReached, SourceError
from ingestion.api.landed import count_records
from ingestion.api.shapes import compare, remember
from ingestion.api.stream import Page, Stream
from ingestion.api.stream_state import StreamState
from ingestion.extraction import EntityExtraction, Extraction, Progress
from ingestion.landing import QUARANTINE_TABLE, is_landed, land, load_pending
from jalur.checks import CheckResult
from jalur.paths import Home

# What is held in memory, and read again after a kill.
ROWS_PER_PACKAGE = 50_000
BYTES_PER_PACKAGE = 64_000_000
# Records that are read once more in one run because their history ends elsewhere.
MOST_AGAIN = 2_000
# No permission, or nothing there by this name.
REFUSED = (403, 404)


def sync(
    home: Home,
    source: str,
    run_id: str,
    streams: Sequence[Stream],
    *,
    progress: Progress | None = None,
    rows_per_package: int | None = None,
) -> Extraction:
    """Land what is new in every stream.

    Whatever ends it early, what was landed stays and the next call goes on from there. Where the
    source's quota is used up, a critical check says so, and a warning where it refused an optional
    stream; raises `SourceError` where it failed.
    """
    home.create()
    load_pending(home, source)
    session = _Sync(home, source, run_id, rows_per_package or ROWS_PER_PACKAGE)
    problem: LimitReached | None = None
    for number, stream in enumerate(streams, start=1):
        try:
            session.read(stream, progress, number - 1, len(streams))
        except LimitReached as reached:
            problem = reached
        except SourceError as error:
            if not (stream.is_optional and error.status in REFUSED):
                session.land()
                raise
            session.refuse(stream, error)
        if progress is not None:
            progress(stream.name, number, len(streams))
        if problem is not None:
            break
    session.land(streams)
    if problem is None:
        for stream in streams:
            session.settle(stream)
    return session.extraction(streams, problem)


class _Sync:
    """One reading of a source."""

    def __init__(self, home: Home, source: str, run_id: str, rows_per_package: int) -> None:
        self._home, self._source, self._run_id = home, source, run_id
        self._rows_per_package = rows_per_package
        self._states: dict[str, StreamState] = {}
        self._agreements: list[CheckResult] = []

    def read(self, stream: Stream, progress: Progress | None, done: int, of: int) -> None:
        """Read one stream to its end, landing whenever enough has come."""
        if stream.read is None:
            self._state(stream).is_whole = True
            return
        started = time.monotonic()
        state = self._state(stream)
        bookmark = bookmark_of(self._home, self._source, stream.name)
        is_again = bookmark is None and is_landed(self._home, self._source, stream.name)
        try:
            for page in stream.read(bookmark or {}):
                self._add(page.stream or stream, page, is_again=is_again)
                state.unsaved = page.bookmark
                if self._is_full():
                    self.land()
                if progress is not None:
                    progress(f"{stream.name}: {state.counts.fetched:,} records", done, of)
            state.is_whole = True
        finally:
            state.seconds = time.monotonic() - started

    def refuse(self, stream: Stream, error: SourceError) -> None:
        """Go on without a stream that the source does not give to us."""
        state = self._state(stream)
        state.refusal, state.is_whole = f"{error}. Not read: {stream.name}", True

    def settle(self, stream: Stream) -> None:
        """Read once more what a source says twice and not alike; what stays so is told."""
        if stream.agreement is None:
            return
        disagreeing = stream.agreement.disagreeing()
        if disagreeing:
            # Without the calls for it all is as it was: the next run tries again.
            with suppress(LimitReached):
                for page in stream.agreement.read(disagreeing[:MOST_AGAIN]):
                    self._add(page.stream or stream, page, is_again=True)
            self.land()
            disagreeing = stream.agreement.disagreeing()
        self._agreements.append(stage_as_history(self._source, stream.name, disagreeing))

    def _state(self, stream: Stream) -> StreamState:
        name = stream.name
        if name not in self._states:
            self._states[name] = StreamState(self._home, self._source, StreamCounts(name))
        return self._states[name]

    def _add(self, stream: Stream, page: Page, *, is_again: bool) -> None:
        self._state(stream).add(stream, page, self._run_id, is_again=is_again)

    def _is_full(self) -> bool:
        rows = [state.rows for state in self._states.values()]
        return (
            sum(len(row) + len(row.quarantined) for row in rows) >= self._rows_per_package
            or sum(row.payload_bytes for row in rows) >= BYTES_PER_PACKAGE
        )

    def land(self, streams: Iterable[Stream] = ()) -> None:
        """Land what was read, as one package, and only then move the bookmarks.

        Of the streams named those that nothing was ever landed of get an empty file.
        """
        for state in self._states.values():
            state.leave_out_unchanged()
        batches = {
            name: [state.rows.batch()] for name, state in self._states.items() if len(state.rows)
        }
        quarantine = [
            state.rows.quarantine_batch()
            for state in self._states.values()
            if state.rows.quarantined
        ]
        if quarantine:
            batches[QUARANTINE_TABLE] = quarantine
        for table in [*(stream.name for stream in streams), QUARANTINE_TABLE]:
            if table not in batches and not is_landed(self._home, self._source, table):
                batches[table] = []
        if batches:
            land(self._home, self._source, {name: _giver(part) for name, part in batches.items()})
        save_bookmarks(
            self._home,
            self._source,
            self._run_id,
            {n: s.unsaved for n, s in self._states.items() if s.unsaved is not None},
            [state.counts for state in self._states.values()],
        )
        for state in self._states.values():
            state.landed()

    def extraction(self, streams: Sequence[Stream], problem: LimitReached | None) -> Extraction:
        """What was done, and what was noticed."""
        unread = [s.name for s in streams if not self._state(s).is_whole]
        names = [stream.name for stream in streams]
        checks = [read_whole(self._source, names, unread, problem), *self._agreements]
        entities = []
        for stream in streams:
            state = self._state(stream)
            counts = state.counts
            known = (
                count_records(self._home, self._source, stream.name) if counts.quarantined else 0
            )
            checks.append(readable(self._source, counts, known))
            if stream.is_optional:
                checks.append(permitted(self._source, stream.name, state.refusal))
            checks.append(compare(self._home, self._source, stream.name, state.shapes))
            remember(self._home, self._source, stream.name, state.shapes)
            entities.append(
                EntityExtraction(
                    stream.name,
                    files=1,
                    rows_read=counts.fetched,
                    rows_landed=counts.landed,
                    rows_unchanged=counts.unchanged,
                    rows_quarantined=counts.quarantined,
                    rows_deleted=counts.gone,
                    current_rows=counts.fetched,
                    current_quarantined=counts.quarantined,
                    seconds=state.seconds,
                )
            )
        return Extraction(self._source, self._run_id, tuple(entities), tuple(checks))


def _giver(batches: list[object]) -> Callable[[], list[object]]:
    return lambda: batches
