"""Objects of the CRM: which are new, their properties with history, and those that are no more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from ingestion.api.client import Answer, ApiClient
from ingestion.api.groups import groups_of, ids_of
from ingestion.api.landed import deletions, ids_present
from ingestion.api.rows import read_moment
from ingestion.api.stream import Bookmark, Page, value_at
from jalur.paths import Home

LIST_LIMIT, SEARCH_LIMIT = 100, 200
# Objects in one batch read: fewer where their history comes along.
BATCH, BATCH_WITH_HISTORY = 100, 50
# Changes that the index of the search learns of late.
LOOKBACK = timedelta(minutes=10)
# An object that was erased for good is in no list: only the list of all tells that it is missing.
SWEEP_EVERY = timedelta(days=7)


@dataclass(frozen=True)
class ObjectType:
    """One type of object, the properties that are read, and those whose history is."""

    name: str
    properties: tuple[str, ...]
    history: tuple[str, ...] = ()
    modified: str = "hs_lastmodifieddate"

    @property
    def batch(self) -> int:
        return BATCH_WITH_HISTORY if self.history else BATCH


class Objects:
    """Reads one type of object; `version` is the date in the paths of the API."""

    def __init__(self, client: ApiClient, home: Home, version: str, kind: ObjectType) -> None:
        self._client, self._home, self._kind = client, home, kind
        self._path = f"crm/objects/{version}/{kind.name}"
        self._definitions = f"crm/properties/{version}/{kind.name}"

    def read(self, bookmark: Bookmark) -> Iterator[Page]:
        """All objects the first time, then those that changed; each time what is gone or back.

        The end of what was read is the source's own clock when it began, so that what changes
        meanwhile is read next time, and a wrong clock here does no harm.
        """
        properties = self._all_properties()
        if "since" not in bookmark:
            pages = self._first_time(bookmark, properties)
        else:
            pages = self._changes(bookmark, properties)
        done = bookmark
        for page in pages:
            done = page.bookmark
            yield page
        yield from self._archived(done, properties)
        if self._is_sweep_due(done):
            yield from self._erased(done)

    def _all_properties(self) -> list[str]:
        """Ours, and whatever the company has defined for itself."""
        answer = self._client.get(self._definitions)
        own = (p["name"] for p in answer.body["results"] if not p.get("hubspotDefined", False))
        return list(dict.fromkeys(chain(self._kind.properties, own)))

    def _first_time(self, bookmark: Bookmark, properties: Sequence[str]) -> Iterator[Page]:
        began, after = bookmark.get("began"), bookmark.get("after")
        while True:
            answer = self._list(after, archived=False)
            began = began or answer.moment.isoformat()
            ids, broken = ids_of(answer.body["results"])
            after = _after(answer)
            mark = {"began": began, "after": after} if after else {"since": began, "swept": began}
            yield Page(broken, bookmark, self._path, answer.moment)
            yield from self._pages(ids, properties, bookmark, mark, answer.moment)
            if after is None:
                return
            bookmark = mark

    def _changes(self, bookmark: Bookmark, properties: Sequence[str]) -> Iterator[Page]:
        """By id within a window that ends now: an edit meanwhile moves an object out of it.

        Each search begins after the last id, so none ever reaches the 10,000 results where the
        source stops.
        """
        until, last_id = bookmark.get("until"), bookmark.get("last_id", "0")
        if until is None:
            until = self._list(None, archived=False, limit=1).moment.isoformat()
        since = datetime.fromisoformat(bookmark["since"]) - LOOKBACK
        while True:
            answer = self._search(since, datetime.fromisoformat(until), last_id)
            found = answer.body["results"]
            ids, broken = ids_of(found)
            kept = {k: v for k, v in bookmark.items() if k in ("since", "swept")}
            # A page of broken records alone leads nowhere.
            is_last = len(found) < SEARCH_LIMIT or not ids
            if is_last:
                mark = kept | {"since": until}
            else:
                last_id = ids[-1]
                mark = kept | {"until": until, "last_id": last_id}
            yield Page(broken, bookmark, f"{self._path}/search", answer.moment)
            yield from self._pages(ids, properties, bookmark, mark, answer.moment)
            if is_last:
                return
            bookmark = mark

    def _pages(
        self,
        ids: Sequence[str],
        properties: Sequence[str],
        before: Bookmark,
        after: Bookmark,
        moment: datetime,
    ) -> Iterator[Page]:
        """The objects with these ids; the bookmark moves with the last of them."""
        groups = groups_of(ids, self._kind.batch)
        for number, group in enumerate(groups, start=1):
            answer = self._batch(group, properties, archived=False)
            yield Page(
                answer.body["results"],
                after if number == len(groups) else before,
                f"{self._path}/batch/read",
                answer.moment,
            )
        if not groups:
            yield Page([], after, self._path, moment)

    def _archived(self, bookmark: Bookmark, properties: Sequence[str]) -> Iterator[Page]:
        """Objects that were archived since, and those that were and are not any more."""
        known = deletions(self._home, self._client.source, self._kind.name)
        archived = self._all(archived=True)
        # One that was restored meanwhile and archived anew may have changed in between.
        new = {
            i for i, record in archived.items() if i not in known or _archived_at(record) > known[i]
        }
        for is_archived, ids in ((True, new), (False, known.keys() - archived.keys())):
            for group in groups_of(sorted(ids), self._kind.batch):
                answer = self._batch(group, properties, archived=is_archived)
                # The source answers for an object that was merged with the one it went into.
                found = [r for r in answer.body["results"] if value_at(r, "id") in ids]
                yield Page(
                    found,
                    bookmark,
                    f"{self._path}/batch/read",
                    answer.moment,
                    came_back=not is_archived,
                )

    def _is_sweep_due(self, bookmark: Bookmark) -> bool:
        swept = datetime.fromisoformat(bookmark["swept"])
        return datetime.fromisoformat(bookmark["since"]) - swept >= SWEEP_EVERY

    def _erased(self, bookmark: Bookmark) -> Iterator[Page]:
        """What was landed and is in no list; known before the lists are read, so nothing newer."""
        known = ids_present(self._home, self._client.source, self._kind.name)
        listed = self._all(archived=False).keys() | self._all(archived=True).keys()
        moment = self._list(None, archived=False, limit=1).moment
        mark = bookmark | {"swept": bookmark["since"]}
        yield Page([], mark, self._path, moment, gone=sorted(known - listed))

    def _all(self, *, archived: bool) -> dict[str, Any]:
        """The objects that a list names, by id."""
        found: dict[str, Any] = {}
        after = None
        while True:
            answer = self._list(after, archived=archived)
            records = answer.body["results"]
            found |= {str(record["id"]): record for record in records if ids_of([record])[0]}
            after = _after(answer)
            if after is None:
                return found

    def _list(self, after: str | None, *, archived: bool, limit: int = LIST_LIMIT) -> Answer:
        params: dict[str, Any] = {"limit": limit, "archived": str(archived).lower()}
        # Without a list of properties the source sends its own choice.
        params["properties"] = "hs_object_id"
        return self._client.get(self._path, params | ({"after": after} if after else {}))

    def _search(self, since: datetime, until: datetime, last_id: str) -> Answer:
        return self._client.post(
            f"{self._path}/search",
            {
                "filterGroups": [
                    {
                        "filters": [
                            {
                                "propertyName": self._kind.modified,
                                "operator": "BETWEEN",
                                "value": _milliseconds(since),
                                "highValue": _milliseconds(until),
                            },
                            {"propertyName": "hs_object_id", "operator": "GT", "value": last_id},
                        ]
                    }
                ],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": ["hs_object_id"],
                "limit": SEARCH_LIMIT,
            },
        )

    def _batch(self, ids: Iterable[str], properties: Sequence[str], *, archived: bool) -> Answer:
        body: dict[str, Any] = {
            "inputs": [{"id": each} for each in ids],
            "properties": list(properties),
        }
        if self._kind.history:
            body["propertiesWithHistory"] = list(self._kind.history)
        path = f"{self._path}/batch/read" + ("?archived=true" if archived else "")
        return self._client.post(path, body)


def _after(answer: Answer) -> str | None:
    after = answer.body.get("paging", {}).get("next", {}).get("after")
    return None if after is None else str(after)


def _archived_at(record: Any) -> datetime:
    return read_moment(value_at(record, "archivedAt")) or datetime.max.replace(tzinfo=UTC)


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.astimezone(UTC).timestamp() * 1000))
