"""Lists of records: all the first time, then what changed, and once a week what is no more."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.api.client import SourceError
from ingestion.api.groups import groups_of, ids_of
from ingestion.api.landed import ids_present
from ingestion.api.rows import read_moment
from ingestion.api.stream import Bookmark, Page, value_at
from ingestion.api.sweep import vanished
from ingestion.sources.pipedrive.client import SOURCE, ListPage, PipedriveClient
from jalur.paths import Home

# As many as a page may have, and as many ids as one call may name.
LIMIT, IDS = 500, 100
# Changes that the list may learn of late; clocks of seconds, too.
LOOKBACK = timedelta(minutes=10)
# What was erased for good is in no list: only the list of all tells that it is missing.
SWEEP_EVERY = timedelta(days=7)
BAD_REQUEST = 400


@dataclass(frozen=True)
class ListedType:
    """One type of record and the lists that together have all of it, by their paths.

    Where the source does not tell `by_update_time` what changed, the list is read whole and what is
    older is left out here.
    """

    name: str
    paths: tuple[str, ...]
    by_update_time: bool = True
    limit: int = LIMIT
    # What asks the lists for the records that were deleted and can be restored.
    bin: dict[str, str] = field(default_factory=dict)


class Lists:
    """Reads one type of record."""

    def __init__(
        self, client: PipedriveClient, home: Home, kind: ListedType, most_deletions: float
    ) -> None:
        self.client, self.home, self.kind = client, home, kind
        self._most_deletions = most_deletions

    def read(self, bookmark: Bookmark) -> Iterator[Page]:
        """All records the first time, then those that changed since the last reading began.

        By id, so that an edit meanwhile moves nothing past the cursor: it is read next time. The
        beginning is the source's own, so that a wrong clock here does no harm.
        """
        done = bookmark
        for page in self._listed(bookmark):
            done = page.bookmark
            yield page
        if self._is_sweep_due(done):
            yield from self.swept(done)

    def _listed(self, bookmark: Bookmark) -> Iterator[Page]:
        """The lists one after the other, from where a reading that ended early had come."""
        kept = {k: v for k, v in bookmark.items() if k in ("since", "swept")}
        began, cursor = bookmark.get("began"), bookmark.get("cursor")
        resumed = cursor is not None
        params = self._params(kept.get("since"))
        for number in range(bookmark.get("list", 0), len(self.kind.paths)):
            path = self.kind.paths[number]
            while True:
                try:
                    page = self.client.page(path, params, cursor)
                except SourceError as refused:
                    if not resumed or refused.status != BAD_REQUEST:
                        raise
                    # A cursor of another day that the source knows no more.
                    cursor, resumed = None, False
                    continue
                began, cursor, resumed = began or page.moment.isoformat(), page.cursor, False
                if cursor is not None or number + 1 < len(self.kind.paths):
                    after = {"list": number + (cursor is None), "cursor": cursor}
                    mark = kept | {"began": began} | after
                else:
                    mark = {"since": began, "swept": kept.get("swept", began)}
                yield Page(self._newer(page, kept.get("since")), mark, path, page.moment)
                if cursor is None:
                    break

    def _params(self, since: str | None) -> dict[str, Any]:
        params: dict[str, Any] = {"limit": self.kind.limit, "sort_by": "id"}
        if since is not None and self.kind.by_update_time:
            params["updated_since"] = _as_time(datetime.fromisoformat(since) - LOOKBACK)
        return params

    def _newer(self, page: ListPage, since: str | None) -> list[Any]:
        """What changed, where the source was not asked for that alone; what is unreadable, too."""
        if since is None or self.kind.by_update_time:
            return page.records
        beginning = datetime.fromisoformat(since) - LOOKBACK
        moments = [read_moment(value_at(record, "update_time")) for record in page.records]
        return [
            record
            for record, moment in zip(page.records, moments, strict=True)
            if moment is None or moment >= beginning
        ]

    def _is_sweep_due(self, bookmark: Bookmark) -> bool:
        swept = datetime.fromisoformat(bookmark["swept"])
        return datetime.fromisoformat(bookmark["since"]) - swept >= SWEEP_EVERY

    def swept(self, bookmark: Bookmark) -> Iterator[Page]:
        """By the lists of all: what was landed and is in none, and what is listed and not landed.

        What the lists do not have is asked for by its id, too: it may have gone from one list to
        another between two calls.
        """
        known = ids_present(self.home, SOURCE, self.kind.name)
        listed, moment = self._all_ids({})
        binned = self._all_ids(self.kind.bin)[0] if self.kind.bin else set()
        moved = list(self.by_ids(known - listed - binned))
        listed.update(*(ids_of(found.records)[0] for found in moved))
        gone = vanished(SOURCE, self.kind.name, known, listed | binned, self._most_deletions)
        for found in [*moved, *self.by_ids(listed - known)]:
            yield Page(found.records, bookmark, self.kind.paths[0], found.moment)
        mark = bookmark | {"swept": bookmark["since"]}
        yield Page([], mark, self.kind.paths[0], moment, gone=gone)

    def _all_ids(self, params: dict[str, Any]) -> tuple[set[str], datetime]:
        """The ids in all lists, and the source's clock when it gave the last of them."""
        ids: set[str] = set()
        moment = datetime.min.replace(tzinfo=UTC)
        for path in self.kind.paths:
            for page in self.client.pages(path, params | {"limit": LIMIT}):
                ids.update(ids_of(page.records)[0])
                moment = page.moment
        return ids, moment

    def by_ids(self, ids: Set[str]) -> Iterator[ListPage]:
        """The records with these ids that there are, of whichever list."""
        for group in groups_of(sorted(ids), IDS):
            params = {"ids": ",".join(group), "limit": LIMIT}
            for path in self.kind.paths:
                yield from self.client.pages(path, params)


def _as_time(moment: datetime) -> str:
    """Whole seconds: a fraction is refused."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
