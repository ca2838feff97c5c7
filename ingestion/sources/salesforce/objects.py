"""Objects of the org: all their records once, then those that changed, and which are no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingestion.api.landed import ids_present
from ingestion.api.rows import read_moment
from ingestion.api.stream import Bookmark, Page
from ingestion.api.sweep import vanished
from ingestion.sources.salesforce import bulk, soql
from ingestion.sources.salesforce.answers import Refused
from ingestion.sources.salesforce.by_ids import all_by_id, is_last, some
from ingestion.sources.salesforce.client import SalesforceClient
from ingestion.sources.salesforce.soql import Place
from jalur.paths import Home

# What is saved within that time before the end of a window may be seen only after it was read.
LOOKBACK = timedelta(seconds=600)
# A record that was erased for good is in no query: only the list of all ids tells.
SWEEP_EVERY = timedelta(days=7)
# From so many records on a first reading is a job.
BULK_FROM = 20_000


@dataclass(frozen=True)
class ObjectType:
    """An object, the table that it is landed in, and the time that tells what is new of it.

    History is kept when what it is about is gone, and after Salesforce itself throws it away.
    """

    name: str
    table: str
    cursor: str = "SystemModstamp"
    is_history: bool = False


class Objects:
    """Reads one object; with `bulk_from` records or more the first time by a job."""

    def __init__(
        self,
        client: SalesforceClient,
        home: Home,
        kind: ObjectType,
        bulk_from: int = BULK_FROM,
        most_deletions: float = 0.05,
    ) -> None:
        self._client, self._home, self._kind = client, home, kind
        self._bulk_from, self._most_deletions = bulk_from, most_deletions

    def read(self, bookmark: Bookmark) -> Iterator[Page]:
        """Up to the org's time when the sync began, the same for all objects."""
        fields = self._client.fields(self._kind.name)
        done = bookmark
        for page in self._new(bookmark, fields):
            done = page.bookmark
            yield page
        if not self._kind.is_history and self._is_sweep_due(done):
            yield from self._erased(done)

    def again(self, column: str, ids: Sequence[str]) -> Iterator[Page]:
        """The records of which a reference (or the id) is one of these, as they are now."""
        yield from some(self._client, self._client.fields(self._kind.name), self._kind.name,
                        column, ids)  # fmt: skip

    def _new(self, bookmark: Bookmark, fields: Sequence[str]) -> Iterator[Page]:
        if "job" in bookmark or self._is_for_bulk(bookmark, fields):
            try:
                yield from self._by_job(bookmark, fields)
            except Refused:
                # Not every object may be read so, and jobs fail of their own: the other way is
                # longer, and open to all.
                bookmark = _kept(bookmark)
            else:
                return
        yield from self._by_pages(bookmark, fields)

    def _is_for_bulk(self, bookmark: Bookmark, fields: Sequence[str]) -> bool:
        if soql.is_long(soql.select(fields, self._kind.name)):
            return True
        return not bookmark and self._client.count(self._kind.name) >= self._bulk_from

    def _by_pages(self, bookmark: Bookmark, fields: Sequence[str]) -> Iterator[Page]:
        """Each answer begins after the last record before it, whatever changed meanwhile."""
        until, kept = self._client.began, _kept(bookmark)
        place = _place(bookmark)
        while True:
            answer = self._client.query(
                soql.page_by_time(fields, self._kind.name, self._kind.cursor, place, until)
            )
            records = answer.body["records"]
            if is_last(answer):
                yield Page(records, _done(kept, until), self._kind.name, answer.moment)
                return
            last = records[-1]
            moment = read_moment(last[self._kind.cursor])
            assert moment is not None
            place = Place(moment, last["Id"])
            mark = kept | {
                "after": moment.isoformat(),
                "id": last["Id"],
                "until": until.isoformat(),
            }
            yield Page(records, mark, self._kind.name, answer.moment)

    def _by_job(self, bookmark: Bookmark, fields: Sequence[str]) -> Iterator[Page]:
        """The records as they are when the job is worked on, in any order."""
        kept = _kept(bookmark)
        if "job" in bookmark:
            job, until = bookmark["job"], datetime.fromisoformat(bookmark["until"])
        else:
            place, until = _place(bookmark), self._client.began
            first = None if place is None else place.moment
            job = bulk.start(
                self._client, soql.since(fields, self._kind.name, self._kind.cursor, first)
            )
        mark = kept | {"job": job, "until": until.isoformat()}
        locator = bookmark.get("locator")
        bulk.wait(self._client, job)
        while True:
            page = bulk.page(self._client, job, locator)
            locator = page.locator
            after = mark | {"locator": locator} if locator else _done(kept, until)
            yield Page(page.rows, after, f"{self._kind.name} (bulk)", page.moment, is_text=True)
            if locator is None:
                break
        bulk.forget(self._client, job)

    def _is_sweep_due(self, bookmark: Bookmark) -> bool:
        swept = datetime.fromisoformat(bookmark["swept"])
        return datetime.fromisoformat(bookmark["since"]) - swept >= SWEEP_EVERY

    def _erased(self, bookmark: Bookmark) -> Iterator[Page]:
        """By the list of all: what was landed and is not there, and what is there and not landed.

        The latter is older than what is read by its time, so the user could not see it before.
        """
        known = ids_present(self._home, self._client.source, self._kind.table)
        listed: set[str] = set()
        there: set[str] = set()
        answer = None
        for answer in all_by_id(self._client, ["Id", "IsDeleted"], self._kind.name):
            records = answer.body["records"]
            listed |= {record["Id"] for record in records}
            there |= {record["Id"] for record in records if not record["IsDeleted"]}
        assert answer is not None
        gone = vanished(self._client.source, self._kind.table, known, listed, self._most_deletions)
        for page in self.again("Id", sorted(there - known)):
            yield replace(page, bookmark=bookmark, came_back=True)
        mark = bookmark | {"swept": bookmark["since"]}
        yield Page([], mark, self._kind.name, answer.moment, gone=gone)


def _kept(bookmark: Bookmark) -> Bookmark:
    return {name: value for name, value in bookmark.items() if name in ("since", "swept")}


def _done(kept: Bookmark, until: datetime) -> Bookmark:
    return {"since": until.isoformat(), "swept": kept.get("swept", until.isoformat())}


def _place(bookmark: Bookmark) -> Place | None:
    """Where to go on: after the last record that was landed, but never later than `LOOKBACK`
    before the end of the window that it was read in.
    """
    if "after" in bookmark:
        moment = datetime.fromisoformat(bookmark["after"])
        latest = datetime.fromisoformat(bookmark["until"]) - LOOKBACK
        return Place(moment, bookmark["id"]) if moment < latest else Place(latest)
    if "since" in bookmark:
        return Place(datetime.fromisoformat(bookmark["since"]) - LOOKBACK)
    return None
