"""As much of Tryton as reading opportunities needs, so that a test can change them at any call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.api.client import Answer
from ingestion.sources.tryton.server import LIMIT, Tryton
from ingestion.sources.tryton.times import decoded, encoded

START = datetime(2026, 5, 4, 8, tzinfo=UTC)


@dataclass
class StandIn(Tryton):
    """Its history is a list of (id, time, state), in which a state of None is a deletion."""

    source: str = "tryton"
    history: list[tuple[int, datetime, str | None]] = field(default_factory=list)
    hidden: dict[int, int] = field(default_factory=dict)
    """Ids that the user may not see as they were from a second on; their history is told."""
    number: str | None = None
    """A field that the user may read from some day on."""
    before_call: Callable[[str], None] = lambda _method: None
    """Called with the name of the method that is going to be answered."""

    def change(self, record_id: int, second: int, state: str | None) -> None:
        """Let it happen at so many seconds after the start."""
        self.history.append((record_id, START + timedelta(seconds=second, microseconds=1), state))

    def call(
        self,
        model: str,
        method: str,
        arguments: dict[str, Any],
        context: dict[str, Any] | None = None,
    ) -> Answer:
        assert model == "sale.opportunity"
        self.before_call(method)
        match method:
            case "fields_get":
                states = sorted({state for _, _, state in self.history if state})
                selection = [[state, state.title()] for state in states]
                found: Any = {
                    "create_date": {},
                    "write_date": {},
                    "state": {"selection": selection},
                } | ({"number": {}} if self.number else {})
            case "history_revisions":
                asked = set(arguments["ids"])
                found = [[encoded(at), i, "Someone"] for i, at, _ in self.history if i in asked]
            case "search":
                found = self._search(arguments["domain"], arguments["limit"])
            case "search_read":
                ((_, _, ids),) = arguments["domain"]
                found = self._read(ids, (context or {})["_datetime"])
            case _:
                raise AssertionError(method)
        return Answer(found, START + timedelta(days=1))

    def _search(self, domain: Sequence[Any], limit: int) -> list[int]:
        """Whatever is there: of what has changed more than that may be told."""
        assert limit <= LIMIT
        after = max((c[2] for c in domain if c[:2] == ["id", ">"]), default=0)
        # A domain within the domain may be the one of a state.
        state = next((c[0][2] for c in domain if c and c[0][:2] == ["state", "="]), None)
        held = self._held(START + timedelta(days=2))
        return sorted(i for i, r in held.items() if i > after and state in (None, r["state"]))[
            :limit
        ]

    def _read(self, ids: Sequence[int], at: dict[str, Any]) -> list[dict[str, Any]]:
        moment = decoded(at)
        assert moment is not None
        held = self._held(moment)
        return [held[i] for i in sorted(held) if i in ids]

    def _held(self, moment: datetime) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for record_id, at, state in sorted(self.history, key=lambda each: each[1]):
            if at > moment:
                continue
            since = self.hidden.get(record_id)
            if state is None or (since is not None and at >= START + timedelta(seconds=since)):
                found.pop(record_id, None)
            else:
                made = found.get(record_id, {}).get("create_date")
                found[record_id] = {
                    "id": record_id,
                    "state": state,
                    "create_date": made or encoded(at),
                    "write_date": encoded(at) if made else None,
                } | ({"number": self.number} if self.number else {})
        return found
