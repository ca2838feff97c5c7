"""What is going to happen in the org, in its order: played up to any moment, and on from there."""

from collections.abc import Callable
from datetime import UTC, datetime

from demo.servers.salesforce.store import Store

Action = Callable[[], object]


class Timeline:
    """Events by time; at one moment the lower rank comes first, then what was added first."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._events: list[tuple[str, int, int, Action]] = []
        self._played = 0

    def add(self, at: str, rank: int, action: Action) -> None:
        """An event at a moment of the export, `2026-01-31T12:00:00Z`, or at midnight of a date."""
        moment = at if len(at) > 10 else f"{at}T00:00:00Z"
        self._events.append((moment, rank, len(self._events), action))

    def play(self, until: datetime) -> int:
        """Let everything before that moment happen, and set the clock to it; how many events."""
        if not self._played:
            self._events.sort(key=lambda event: event[:3])
        limit = until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        started = self._played
        with self.store.lock:
            while self._played < len(self._events) and self._events[self._played][0] < limit:
                at, _, _, action = self._events[self._played]
                self.store.clock.set(datetime.fromisoformat(at))
                action()
                self._played += 1
            self.store.clock.set(until)
        return self._played - started
