"""Objects of the CRM: which are new, their properties with history, and those that are no more."""

from collections.abc import Iterator, Sequence, Set
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.api.client import ApiClient
from ingestion.api.groups import groups_of, ids_of
from ingestion.api.landed import count_records, deletions, ids_present
from ingestion.api.rows import read_moment
from ingestion.api.stream import Bookmark, Page, value_at
from ingestion.api.sweep import vanished
from ingestion.sources.hubspot import object_calls
from ingestion.sources.hubspot.object_calls import (
    LOOKBACK,
    REST,
    ObjectCalls,
    ObjectType,
    after_of,
)
from jalur.paths import Home

# An object that was erased for good is in no list: only the list of all tells that it is missing.
SWEEP_EVERY = timedelta(days=7)
# How long an archived object can be restored, with a margin: 90 days.
BIN = timedelta(days=100)


class Objects:
    """Reads one type of object; `version` is the date in the paths of the API."""

    def __init__(
        self, client: ApiClient, home: Home, version: str, kind: ObjectType, most_deletions: float
    ) -> None:
        self._client, self._home, self.kind = client, home, kind
        self._most_deletions = most_deletions
        self._calls = ObjectCalls(client, version, kind)

    def read(self, bookmark: Bookmark) -> Iterator[Page]:
        """All objects the first time, then those that changed; each time what is gone or back.

        The end of what was read is the source's own clock when the sync began, so that what changes
        meanwhile is read next time, and a wrong clock here does no harm.
        """
        now = self._client.began or self._calls.page_of_list(None, archived=False).moment
        if self._rests(bookmark, now):
            return
        if "since" not in bookmark:
            pages = self._first_time(bookmark)
        else:
            pages = self._changes(bookmark, now)
        done = bookmark
        for page in pages:
            done = page.bookmark
            yield page
        yield from self._archived(done, now)
        if self._is_sweep_due(done):
            yield from self._swept(done)

    def again(self, ids: Sequence[str]) -> Iterator[Page]:
        """These once more, whole, as they are now."""
        yield from self._read_again(set(ids), {}, archived=False, came_back=False)

    def _rests(self, bookmark: Bookmark, now: datetime) -> bool:
        """Whether so little is new of this type that it was asked for recently enough."""
        if "since" not in bookmark or "until" in bookmark:
            return False
        if now - datetime.fromisoformat(bookmark["since"]) >= REST:
            return False
        if self.kind.is_slow:
            return True
        source = self._client.source
        return self.kind.rests and count_records(self._home, source, self.kind.name) == 0

    def _first_time(self, bookmark: Bookmark) -> Iterator[Page]:
        began, after = bookmark.get("began"), bookmark.get("after")
        while True:
            answer = self._calls.page_of_list(after, archived=False)
            began = began or answer.moment.isoformat()
            ids, broken = ids_of(answer.body["results"])
            after = after_of(answer)
            mark = {"began": began, "after": after} if after else {"since": began, "swept": began}
            yield Page(broken, bookmark, self._calls.path, answer.moment)
            yield from self._pages(ids, bookmark, mark, answer.moment)
            if after is None:
                return
            bookmark = mark

    def _changes(self, bookmark: Bookmark, now: datetime) -> Iterator[Page]:
        """By id within a window that ends now: an edit meanwhile moves an object out of it.

        Each search begins after the last id, so none ever reaches the 10,000 results where the
        source stops.
        """
        # A window that a killed sync had begun is read to its end.
        until, last_id = bookmark.get("until", now.isoformat()), bookmark.get("last_id", "0")
        since = datetime.fromisoformat(bookmark["since"]) - LOOKBACK
        while True:
            answer = self._calls.page_of_search(since, datetime.fromisoformat(until), last_id)
            found = answer.body["results"]
            ids, broken = ids_of(found)
            kept = {k: v for k, v in bookmark.items() if k in ("since", "swept")}
            # A page of broken records alone leads nowhere.
            is_last = len(found) < object_calls.SEARCH_LIMIT or not ids
            if is_last:
                mark = kept | {"since": until}
            else:
                last_id = ids[-1]
                mark = kept | {"until": until, "last_id": last_id}
            yield Page(broken, bookmark, f"{self._calls.path}/search", answer.moment)
            yield from self._pages(ids, bookmark, mark, answer.moment)
            if is_last:
                return
            bookmark = mark

    def _pages(
        self,
        ids: Sequence[str],
        before: Bookmark,
        after: Bookmark,
        moment: datetime,
    ) -> Iterator[Page]:
        """The objects with these ids; the bookmark moves with the last of them."""
        groups = groups_of(ids, self.kind.batch)
        for number, group in enumerate(groups, start=1):
            answer = self._calls.read_batch(group, archived=False)
            yield Page(
                answer.body["results"],
                after if number == len(groups) else before,
                f"{self._calls.path}/batch/read",
                answer.moment,
            )
        if not groups:
            yield Page([], after, self._calls.path, moment)

    def _archived(self, bookmark: Bookmark, now: datetime) -> Iterator[Page]:
        """Objects that were archived since, and those that were and are not any more."""
        known = deletions(self._home, self._client.source, self.kind.name)
        archived, _ = self._calls.list_all(archived=True)
        # One that was restored meanwhile and archived anew may have changed in between.
        new = {
            i for i, record in archived.items() if i not in known or _archived_at(record) > known[i]
        }
        yield from self._read_again(new, bookmark, archived=True, came_back=False)
        # What is in the recycling bin no more for its age cannot be restored.
        back = {i for i, moment in known.items() if now - moment < BIN} - archived.keys()
        yield from self._read_again(back, bookmark, archived=False, came_back=True)

    def _read_again(
        self, ids: Set[str], bookmark: Bookmark, *, archived: bool, came_back: bool
    ) -> Iterator[Page]:
        """Objects by their ids; those that came back are later than what is landed."""
        for group in groups_of(sorted(ids), self.kind.batch):
            answer = self._calls.read_batch(group, archived=archived)
            # The source answers for an object that was merged with the one it went into.
            found = [r for r in answer.body["results"] if value_at(r, "id") in ids]
            yield Page(
                found,
                bookmark,
                f"{self._calls.path}/batch/read",
                answer.moment,
                came_back=came_back,
            )

    def _is_sweep_due(self, bookmark: Bookmark) -> bool:
        swept = datetime.fromisoformat(bookmark["swept"])
        return datetime.fromisoformat(bookmark["since"]) - swept >= SWEEP_EVERY

    def _swept(self, bookmark: Bookmark) -> Iterator[Page]:
        """By the list of all: what was landed and is in none, and what is listed and not landed."""
        known = ids_present(self._home, self._client.source, self.kind.name)
        present, _ = self._calls.list_all(archived=False)
        archived, moment = self._calls.list_all(archived=True)
        listed = present.keys() | archived.keys()
        gone = vanished(self._client.source, self.kind.name, known, listed, self._most_deletions)
        new = present.keys() - known
        yield from self._read_again(new, bookmark, archived=False, came_back=True)
        mark = bookmark | {"swept": bookmark["since"]}
        yield Page([], mark, self._calls.path, moment, gone=gone)


def _archived_at(record: Any) -> datetime:
    return read_moment(value_at(record, "archivedAt")) or datetime.max.replace(tzinfo=UTC)
