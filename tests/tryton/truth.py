"""What Tryton says of its own past, asked by the second opinion: shares nothing with the source."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from tests.tryton.drive import OPPORTUNITY, Change
from tests.tryton.rpc import Record, Rpc

TRACKED = ["state", "amount", "employee", "end_date"]


@dataclass(frozen=True)
class Transition:
    """One change of stage, as the mart has it."""

    deal_id: str
    number: int
    from_stage: str | None
    to_stage: str
    at: datetime


@dataclass(frozen=True)
class Past:
    """Every revision of every opportunity, also of those that are no more."""

    revisions: int
    states: dict[int, list[tuple[datetime, str]]]
    """The states by opportunity, in the order of time; a deletion is none."""

    def transitions(self) -> list[Transition]:
        found = []
        for record_id, states in self.states.items():
            entries = [next(same) for _, same in groupby(states, key=lambda each: each[1])]
            stages = [None, *(state for _, state in entries)]
            found += [
                Transition(str(record_id), number, stages[number - 1], state, at)
                for number, (at, state) in enumerate(entries, start=1)
            ]
        return found


def past(rpc: Rpc, ids: list[int]) -> Past:
    """By the slowest and plainest way: what held at each time at which anything was changed."""
    at_each: dict[datetime, list[int]] = defaultdict(list)
    for at, record_id, _ in rpc.call(OPPORTUNITY + "history_revisions", ids):
        at_each[at].append(record_id)
    states: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for at, changed in sorted(at_each.items()):
        for record_id, held in held_at(rpc, changed, at).items():
            states[record_id].append((at, held["state"]))
    return Past(sum(len(changed) for changed in at_each.values()), states)


def held_at(rpc: Rpc, ids: list[int], at: datetime) -> dict[int, Record]:
    """What they held then, without those that were not there."""
    domain = [["id", "in", ids]]
    rows = rpc.call(
        OPPORTUNITY + "search_read", domain, 0, None, None, TRACKED, context={"_datetime": at}
    )
    return {row.pop("id"): row for row in rows}


def stages_logged(changes: list[Change]) -> dict[str, list[tuple[str, datetime, datetime]]]:
    """By deal, the stages that the driver led it into, each between two readings of the clock."""
    found: dict[str, list[tuple[str, datetime, datetime]]] = defaultdict(list)
    for change in changes:
        if change.values is not None:
            entries = found[str(change.record_id)]
            if not entries or entries[-1][0] != change.values["state"]:
                entries.append((change.values["state"], change.before, change.after))
    return dict(found)
