"""Opportunities: which have changed, and every revision of them that was not landed yet."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from ingestion.api.groups import groups_of
from ingestion.api.stream import Bookmark, Page
from ingestion.api.sweep import vanished
from ingestion.sources.tryton.landed import (
    TABLE,
    known_opportunities,
    landed_revisions,
    last_states,
)
from ingestion.sources.tryton.server import BATCH, Refused, Tryton
from ingestion.sources.tryton.snapshots import Revision, looks
from ingestion.sources.tryton.times import changed_at, decoded, encoded, written
from jalur.paths import Home

MODEL = "sale.opportunity"
WANTED = (
    "create_date", "write_date", "state", "number", "description", "party", "employee", "company",
    "currency.code", "amount", "conversion_probability", "start_date", "end_date", "lost_reason",
    "marketing_campaign", "marketing_source.name",
)  # fmt: skip
# A change has the time at which its transaction began, and shows when that is over.
LOOKBACK = timedelta(minutes=15)
# Ids on both sides of those known that may have come and gone between two looks at the list.
MARGIN = 100


def changed_since(moment: datetime) -> list[Any]:
    """The domain of what was written since, or made and never written."""
    since = encoded(moment)
    made = [["write_date", "=", None], ["create_date", ">", since]]
    return ["OR", ["write_date", ">", since], made]


class Opportunities:
    """Reads revisions. Those landed are known by their times, so that what is looked at twice, or
    was interrupted, is landed once."""

    def __init__(self, server: Tryton, home: Home, most_deletions: float = 0.05) -> None:
        self._server, self._home, self._most_deletions = server, home, most_deletions

    def read(self, bookmark: Bookmark) -> Iterator[Page]:
        """Everything the first time, then what has changed; deleted ones with their deletion.

        What ends early goes on after the last opportunity that it finished.
        """
        first = self._server.search(MODEL, [], 1)
        began = bookmark.get("began") or written(first.moment)
        listed = self._server.all_ids(MODEL)
        ids = self._candidates(bookmark, listed)
        fields = self._fields()
        # Read from the beginning: what is landed may lack a field that can be read by now.
        is_first = "since" not in bookmark
        # Whose history the server could not tell is asked for until it can.
        again = set(bookmark.get("again", []))
        for group in groups_of([i for i in ids if i > bookmark.get("last_id", 0)], BATCH):
            landed = set() if is_first else self._landed(group)
            records = list(self._records(group, fields, landed))
            again -= set(group)
            again |= {record["id"] for record in records if record["revised_at"] is None}
            mark = bookmark | {"began": began, "last_id": group[-1], "again": sorted(again)}
            yield Page(records, mark, f"{MODEL}/search_read", first.moment)
        highest = max(listed, default=bookmark.get("highest", 0))
        done = {"since": began, "highest": highest, "again": sorted(again)}
        yield Page([], done, f"{MODEL}/search", first.moment)

    def disagreeing(self) -> list[str]:
        """Ids of the opportunities whose last landed revision is in another state than they are."""
        last = last_states(self._home, self._server.source)
        return [str(i) for i, state in sorted(self._states_now().items()) if last.get(i) != state]

    def again(self, ids: Sequence[str]) -> Iterator[Page]:
        """Every revision of these, landed or not."""
        fields = self._fields()
        moment = self._server.search(MODEL, [], 1).moment
        for group in groups_of([int(i) for i in ids], BATCH):
            records = self._records(group, fields, set())
            told = [record for record in records if record["revised_at"] is not None]
            yield Page(told, {}, f"{MODEL}/search_read", moment)

    def _states_now(self) -> dict[int, str]:
        """The state of every opportunity: ids by state cost no more than ids."""
        answer = self._server.call(MODEL, "fields_get", {"fields_names": ["state"]})
        states = [state for state, _ in answer.body["state"]["selection"]]
        return {
            i: state
            for state in states
            for i in self._server.all_ids(MODEL, [["state", "=", state]])
        }

    def _landed(self, ids: Sequence[int]) -> set[str]:
        return landed_revisions(self._home, self._server.source, ids)

    def _fields(self) -> list[str]:
        """What of our fields this server has: some belong to modules that it may lack."""
        there = self._server.fields(MODEL)
        return [name for name in WANTED if name.partition(".")[0] in there]

    def _candidates(self, bookmark: Bookmark, listed: list[int]) -> list[int]:
        """Those that changed, those that are gone, and ids that nothing is known of.

        No list has what was deleted. Its history has: so whatever was landed and is missing is
        asked for, and so is each number that was given to something and leads to nothing. What the
        user may not see any more looks the same; many at once are more likely that.
        """
        known = known_opportunities(self._home, self._server.source)
        there = set(listed)
        present = {str(i) for i, is_deleted in known.items() if not is_deleted}
        gone = vanished(
            self._server.source, TABLE, present, {str(i) for i in listed}, self._most_deletions
        )
        found = {int(i) for i in gone}
        lowest = max(bookmark.get("highest", 0) - MARGIN, 1)
        highest = max(listed, default=lowest) + MARGIN
        found.update(set(range(lowest, highest + 1)) - there - known.keys())
        found.update(bookmark.get("again", []))
        if "since" in bookmark:
            since = datetime.fromisoformat(bookmark["since"]) - LOOKBACK
            found.update(self._server.all_ids(MODEL, changed_since(since)))
            # Seen for the first time without having changed: the user may see more than before.
            found.update(there - known.keys())
        else:
            found |= there
        return sorted(found)

    def _records(
        self, ids: Sequence[int], fields: list[str], landed: set[str]
    ) -> Iterator[dict[str, Any]]:
        """One record per revision that is not among those landed, in the order of time."""
        of_each: dict[int, list[Revision]] = {number: [] for number in ids}
        for told in self._revisions(ids):
            if isinstance(told, Revision):
                of_each[told.record_id].append(told)
            else:
                yield {"id": told, "revised_at": None}
        wanted = [r for each in of_each.values() for r in each if _key(r) not in landed]
        states = self._states(wanted, fields)
        absent = {revision for revision in wanted if revision.key not in states}
        before = {
            later: earlier
            for each in of_each.values()
            for earlier, later in pairwise(each)
            if later in absent
        }
        # What is deleted while it is read is missing before its history was heard to say so.
        still = set(self._revisions(sorted({later.record_id for later in before})))
        deleted = {later: earlier for later, earlier in before.items() if later in still}
        unread = [each for each in deleted.values() if each.key not in states]
        states |= self._states(unread, fields)
        for revision in sorted(wanted, key=lambda each: (each.since, each.record_id)):
            if state := states.get(deleted.get(revision, revision).key):
                yield _record(revision, state, is_deleted=revision in deleted)

    def _revisions(self, ids: Sequence[int]) -> Iterator[Revision | int]:
        """The revisions of each, oldest first; an id alone where the server cannot tell them."""
        if not ids:
            return
        try:
            answer = self._server.call(MODEL, "history_revisions", {"ids": list(ids)}).body
        except Refused:
            # A single time that the server stumbles over costs a whole list of ids its answer.
            if len(ids) == 1:
                yield ids[0]
                return
            middle = len(ids) // 2
            yield from self._revisions(ids[:middle])
            yield from self._revisions(ids[middle:])
            return
        of_each: dict[int, list[tuple[datetime, str | None]]] = {}
        for at, number, user in answer:
            moment = decoded(at)
            assert moment is not None
            of_each.setdefault(number, []).append((moment, user))
        for number, told in of_each.items():
            times = sorted(dict(told).items())
            ends = [moment for moment, _ in times[1:]]
            for (since, user), until in zip(times, [*ends, None], strict=True):
                yield Revision(number, since, until, user)

    def _states(
        self, revisions: Iterable[Revision], fields: list[str]
    ) -> dict[tuple[int, datetime], dict[str, Any]]:
        """What the records held, without those that were deleted then.

        Of a revision that a later one hides there is nothing: an empty state.
        """
        found: dict[tuple[int, datetime], dict[str, Any]] = {}
        for at, seen in looks(list(revisions)):
            expected = {revision.record_id: revision for revision in seen}
            context = {"_datetime": encoded(at)}
            domain = [["id", "in", list(expected)]]
            for row in self._server.search_read(MODEL, domain, fields, context).body:
                revision = expected[row["id"]]
                # A change that is saved meanwhile may have an earlier time: it comes next time.
                found[revision.key] = row if changed_at(row) == revision.since else {}
        return found


def _key(revision: Revision) -> str:
    return f"{revision.record_id}|{written(revision.since)}"


def _record(revision: Revision, state: dict[str, Any], *, is_deleted: bool) -> dict[str, Any]:
    """The state as it was sent, in an envelope that says of which revision it is."""
    return {
        "id": revision.record_id,
        "revised_at": written(revision.since),
        "revised_by": revision.by,
        "created_at": written(decoded(state.get("create_date"))),
        "is_deleted": is_deleted,
        "record": state,
    }
