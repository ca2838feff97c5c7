"""Waterfall, slippage and pushes once more, deal by deal in plain Python, by their definitions."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.marts.deal_histories import AS_OF, TIMEZONE, Event, History

DAY = timedelta(days=1)
NOW = AS_OF.replace(tzinfo=UTC)
TODAY = NOW.astimezone(ZoneInfo(TIMEZONE)).date()
KIND_OF_STAGE = {"new": "open", "talk": "open", "won": "won", "lost": "lost"}


@dataclass(frozen=True)
class State:
    """A deal from one moment to the next; no amount counts as 0."""

    at: datetime
    pipeline_id: str
    status: str
    amount: Decimal
    expected: date | None
    rep_id: str

    def is_open_in(self, pipeline_id: str) -> bool:
        return self.status == "open" and self.pipeline_id == pipeline_id


def _stage_events(history: History) -> list[Event]:
    """Recorded entries; without any, the one that the deal's dates allow."""
    entries = [event for event in history.events if event.kind == "stage"]
    if history.is_recorded and entries:
        return entries
    first_at = history.events[0].at
    if not entries:
        return [Event(first_at, "stage", "new", "direct")]
    last = entries[-1]
    is_open = KIND_OF_STAGE[last.value] == "open"
    return [Event(first_at if is_open else last.at, "stage", last.value, last.pipeline_id)]


def states_of(history: History) -> list[State]:
    """The states of a deal up to as-of, in order; none before its first stage."""
    if history.events[0].at > NOW:
        return []
    changes = [event for event in history.events if event.kind != "stage"]
    events = [event for event in _stage_events(history) + changes if event.at <= NOW]
    with_history = {event.kind for event in history.events}
    known: dict[str, str | None] = {
        field: None if field in with_history else getattr(history, field)
        for field in ("amount", "expected_close_date", "rep_id")
    }
    pipeline_id = status = ""
    states = []
    for at in sorted({event.at for event in events}):
        now = [event for event in events if event.at == at]
        for event in now:
            if event.kind == "stage":
                pipeline_id, status = event.pipeline_id, KIND_OF_STAGE[event.value]
            elif event.kind in known:
                known[event.kind] = event.value
        ends = {event.kind for event in now} & {"deleted", "merged"}
        if ends and status:
            status = "merged" if "merged" in ends else "deleted"
        if status:
            expected = known["expected_close_date"]
            states.append(
                State(
                    at,
                    pipeline_id,
                    status,
                    Decimal(known["amount"] or 0),
                    date.fromisoformat(expected) if expected else None,
                    known["rep_id"] or "unknown",
                )
            )
    return states


def pushes_of(states: list[State]) -> tuple[int, int, int, int]:
    """Moves of the date to a later one while open: all, to a later month, quarter; days in all."""
    moves = [
        (before.expected, after.expected)
        for before, after in pairwise(states)
        if before.status == after.status == "open"
        and before.expected
        and after.expected
        and before.expected < after.expected
    ]
    return (
        len(moves),
        sum(first_of("month", old) < first_of("month", new) for old, new in moves),
        sum(first_of("quarter", old) < first_of("quarter", new) for old, new in moves),
        sum((new - old).days for old, new in moves),
    )


def first_of(kind: str, day: date) -> date:
    if kind == "week":
        return day - day.weekday() * DAY
    return date(day.year, day.month if kind == "month" else (day.month - 1) // 3 * 3 + 1, 1)


def last_of(kind: str, first: date) -> date:
    day = first
    while first_of(kind, day + DAY) == first:
        day += DAY
    return day


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(TIMEZONE)).astimezone(UTC)


@dataclass
class Passage:
    """One deal, one pipeline, one period: the states at both ends and how it came in and went."""

    before: State | None
    after: State | None
    entry: str | None
    exit: str | None
    last: State
    first_day: date
    last_day: date

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first_day <= day <= self.last_day

    @property
    def was_due(self) -> bool:
        return self.before is not None and self.holds(self.before.expected)

    @property
    def is_due(self) -> bool:
        return self.after is not None and self.holds(self.after.expected)

    @property
    def left_while_due(self) -> bool:
        return self.after is None and (
            self.exit in ("won", "lost") or self.holds(self.last.expected)
        )

    @property
    def due_entry(self) -> str | None:
        if self.was_due or not (self.is_due or self.left_while_due):
            return None
        if self.before is None:
            return self.entry
        overdue = self.before.expected is not None and self.before.expected < self.first_day
        return "pushed_in" if overdue else "pulled_in"

    @property
    def due_exit(self) -> str | None:
        if self.is_due or not (self.was_due or self.left_while_due):
            return None
        if self.after is None:
            return self.exit
        earlier = self.after.expected is not None and self.after.expected < self.first_day
        return "pulled_out" if earlier else "pushed_out"


def passage(states: list[State], pipeline_id: str, first: date, last: date) -> Passage | None:
    """What the period did to the deal in the pipeline; None where it was never open in it then."""
    before: State | None = None
    entry = way_out = None
    final = previous = None
    begins, ends = midnight(first), midnight(last + DAY)
    for state in states:
        if state.at >= ends:
            break
        is_in = state.is_open_in(pipeline_id)
        was_in = previous is not None and previous.is_open_in(pipeline_id)
        if state.at < begins:
            before = state if is_in else None
        elif is_in and not was_in and entry is None and before is None:
            if previous is None:
                entry = "created"
            else:
                entry = "switched_in" if previous.status == "open" else "reopened"
        elif was_in and not is_in:
            way_out = "switched_out" if state.status == "open" else state.status
        if is_in or was_in:
            final = state
        previous = state
    if before is None and entry is None:
        return None
    assert final is not None
    assert previous is not None
    after = previous if previous.is_open_in(pipeline_id) else None
    return Passage(before, after, entry, None if after else way_out, final, first, last)


def periods() -> Iterator[tuple[str, date, date]]:
    """All periods that have begun by as-of, from before the first event."""
    for kind in ("week", "month", "quarter"):
        first = first_of(kind, date(2025, 12, 1))
        while first <= TODAY:
            last = last_of(kind, first)
            yield kind, first, last
            first = last + DAY


Moves = dict[str, Counter[str]]


def movements_of(passage: Passage) -> Moves:
    """By movement: affected, deals, amount, after, due_deals, due_amount."""
    moves: Moves = defaultdict(Counter)

    def move(name: str | None, sign: int, amount: Decimal, *, all_open: bool, due: bool) -> None:
        assert name is not None
        moves[name]["affected"] += 1
        moves[name]["after"] += passage.last.amount  # type: ignore[assignment]
        for prefix, counts in (("", all_open), ("due_", due)):
            moves[name][prefix + "deals"] += sign * counts
            moves[name][prefix + "amount"] += amount * counts  # type: ignore[assignment]

    before, after = passage.before, passage.after
    final = passage.last.amount
    due_in, due_out = passage.due_entry is not None, passage.due_exit is not None
    if before is None:
        move(passage.entry, 1, final, all_open=True, due=due_in)
    elif due_in:
        value = after.amount if after else before.amount
        move(passage.due_entry, 1, value, all_open=False, due=True)
    if after is None:
        value = before.amount if before else final
        move(passage.exit, -1, -value, all_open=True, due=due_out)
    elif due_out:
        assert before is not None
        move(passage.due_exit, -1, -before.amount, all_open=False, due=True)
    if before and after:
        due = passage.was_due and passage.is_due
        change = after.amount - before.amount
        if change:
            name = "increased" if change > 0 else "decreased"
            move(name, 0, change, all_open=True, due=due)
        if before.rep_id != after.rep_id:
            move("owner_in", 1, before.amount, all_open=True, due=due)
            move("owner_out", -1, -before.amount, all_open=True, due=due)
    return moves
