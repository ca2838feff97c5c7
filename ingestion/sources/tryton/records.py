"""Parties, employees and campaigns as they are now: Tryton keeps no history of them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from ingestion.api.groups import groups_of
from ingestion.api.landed import deletions, ids_present
from ingestion.api.stream import Bookmark, Page
from ingestion.api.sweep import vanished
from ingestion.sources.tryton.opportunities import LOOKBACK, MODEL, changed_since
from ingestion.sources.tryton.server import BATCH, Tryton
from ingestion.sources.tryton.times import changed_at, decoded, written
from jalur.paths import Home


class Records:
    """Reads the records of one model: `ids` says which, and with `only_changed` no others than are
    new or were written since."""

    def __init__(
        self,
        server: Tryton,
        home: Home,
        table: str,
        model: str,
        fields: list[str],
        *,
        ids: Callable[[], list[int]],
        only_changed: bool,
        most_deletions: float = 0.05,
    ) -> None:
        self._server, self._home = server, home
        self._table, self._model, self._fields = table, model, fields
        self._ids, self._only_changed = ids, only_changed
        self._most_deletions = most_deletions

    def read(self, bookmark: Bookmark) -> Iterator[Page]:
        """What is new or back, and what was landed and is gone; the bookmark moves at the end."""
        began = self._server.search(MODEL, [], 1).moment
        present = {int(i) for i in ids_present(self._home, self._server.source, self._table)}
        lost = {int(i) for i in deletions(self._home, self._server.source, self._table)}
        groups = groups_of(sorted(present.union(self._ids())), BATCH)
        listed = {
            i for group in groups for i in self._server.search(self._model, _among(group)).body
        }
        missing = vanished(
            self._server.source,
            self._table,
            {str(i) for i in present},
            {str(i) for i in listed},
            self._most_deletions,
        )
        origin = f"{self._model}/search_read"
        for group in groups:
            domain = _among(group)
            if self._only_changed and "since" in bookmark:
                since = datetime.fromisoformat(bookmark["since"]) - LOOKBACK
                new = ["id", "in", sorted(listed.intersection(group) - present)]
                domain.append(["OR", new, changed_since(since)])
            answer = self._server.search_read(self._model, domain, self._fields)
            known = [_record(row) for row in answer.body if row["id"] not in lost]
            back = [_record(row) for row in answer.body if row["id"] in lost]
            yield Page(known, bookmark, origin, answer.moment)
            # What can be seen again has its old time, which is before that of its disappearance.
            yield Page(back, bookmark, origin, answer.moment, came_back=True)
        yield Page([], bookmark, f"{self._model}/search", began, gone=missing)
        yield Page([], {"since": written(began)}, f"{self._model}/search", began)


def _among(ids: Sequence[int]) -> list[Any]:
    return [["id", "in", list(ids)]]


def parties_named(server: Tryton) -> list[int]:
    """The parties that opportunities name; the others are nobody's business here."""
    rows = server.search_read(MODEL, [["party", "!=", None]], ["party"]).body
    return sorted({row["party"] for row in rows})


def _record(row: dict[str, Any]) -> dict[str, Any]:
    """A record as it was sent, in an envelope with the times that it is told apart by."""
    return {
        "id": row["id"],
        "changed_at": written(changed_at(row)),
        "created_at": written(decoded(row.get("create_date"))),
        "record": row,
    }
