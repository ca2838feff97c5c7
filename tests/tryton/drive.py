"""Makes people work in Tryton: real changes through its own buttons, and a log of every one."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.tryton.rpc import Record, Rpc
from tests.tryton.sales import Sales
from tests.tryton.world import World

OPPORTUNITY = "model.sale.opportunity."

# From which states a button leads to which: those of the model, less what has no button.
BUTTONS = {
    "opportunity": ({"lead"}, "opportunity"),
    "convert": ({"opportunity"}, "converted"),
    "lost": ({"lead", "opportunity"}, "lost"),
    "cancel": ({"lead", "opportunity"}, "cancelled"),
    "lead": ({"opportunity", "lost", "cancelled"}, "lead"),
}
# Reached through the sale: its quotation sets the amount, its confirmation wins, its cancellation
# loses, a quotation after that converts again.
OF_SALES = {"quote", "confirm", "cancel_sale", "quote_again"}
MOVING = BUTTONS.keys() | OF_SALES - {"quote"}
WRITES = {"amount", "amount_twice", "conversion_probability", "employee", "end_date"}
OPEN = {"lead", "opportunity"}

# How often each is tried. What makes or moves sales takes ten times as long per record as a button.
WEIGHTS = {
    "opportunity": 24, "convert": 5, "lost": 7, "cancel": 4, "lead": 14,
    "quote": 3, "confirm": 2, "cancel_sale": 2, "quote_again": 2,
    "amount": 4, "amount_twice": 1, "conversion_probability": 4, "employee": 2, "end_date": 3,
    "delete": 1,
}  # fmt: skip


def clock() -> datetime:
    """The server's own: same machine, and it keeps UTC without saying so."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Change:
    """What one call did to one record. One call is one transaction, so it is one revision."""

    record_id: int
    action: str
    values: Record | None
    """State, amount, probability, employee and end date after it; None where it was deleted."""
    before: datetime
    after: datetime
    """The server's clock, on both sides of the revision's time."""


@dataclass
class Driver:
    rpc: Rpc
    world: World
    seed: int = 1
    largest_batch: int = 20
    changes: list[Change] = field(default_factory=list)
    now: dict[int, Record] = field(default_factory=dict)
    """What each living record should hold."""

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.sales = Sales(self.rpc)

    def create(self, count: int) -> list[int]:
        """New leads, in one call; every fifth with lines, whose sale then has a price."""
        made = [self._lead(number) for number in range(count)]
        before = clock()
        ids = self.rpc.call(OPPORTUNITY + "create", made)
        tracked = ("amount", "conversion_probability", "employee")
        for record_id, values in zip(ids, made, strict=True):
            held = {name: values[name] for name in tracked} | {"state": "lead", "end_date": None}
            self.now[record_id] = held
        self._log("create", ids, before)
        return list(ids)

    def run(self, state_changes: int) -> None:
        """Act until so many changes of state were logged, creations not counted."""
        wanted = self.state_changes() + state_changes
        while self.state_changes() < wanted:
            usable = {action: found for action in WEIGHTS if (found := self.candidates(action))}
            assert MOVING & usable.keys(), "everything is won: drive more opportunities"
            (action,) = self.dice.choices(list(usable), [WEIGHTS[action] for action in usable])
            size = min(len(usable[action]), self.dice.randint(1, self.largest_batch))
            self.act(action, sorted(self.dice.sample(usable[action], size)))

    def state_changes(self) -> int:
        return sum(change.action in MOVING for change in self.changes)

    def candidates(self, action: str) -> list[int]:
        """The records that it can be done to now, by id."""
        if action in OF_SALES:
            allowed = set(self.sales.ready_for(action))
            state = "lost" if action == "quote_again" else "converted"
            return [i for i, held in self.now.items() if i in allowed and held["state"] == state]
        states = {"cancelled"} if action == "delete" else OPEN
        if action in BUTTONS:
            states, _ = BUTTONS[action]
        return [i for i, held in self.now.items() if held["state"] in states]

    def act(self, action: str, ids: list[int]) -> None:
        """Do it to all of them in one call, and log what each has to be after it."""
        before = clock()
        if action == "delete":
            self.rpc.call(OPPORTUNITY + "delete", ids)
            for record_id in ids:
                del self.now[record_id]
        elif action in WRITES:
            self._write(action, ids)
        elif action in OF_SALES:
            after = self.sales.act(action, ids)
            self._update(ids, lambda record_id: after[record_id])
        else:
            _, state = BUTTONS[action]
            self.rpc.call(OPPORTUNITY + action, ids)
            closing = {"end_date": before.date()} if action in {"lost", "cancel"} else {}
            self._update(ids, lambda _: {"state": state} | closing)
        self._log(action, ids, before)
        if action == "convert":
            self.sales.prepare(ids, {i: self.now[i]["amount"] for i in ids})

    def _write(self, action: str, ids: list[int]) -> None:
        name = "amount" if action == "amount_twice" else action
        last = {record_id: self._value(name, record_id) for record_id in ids}
        pairs: list[object] = []
        for record_id in ids:
            if action == "amount_twice":
                # Twice in one transaction: both have the same time, and only the second is seen.
                pairs += [[record_id], {name: Decimal("0.01")}]
            pairs += [[record_id], {name: last[record_id]}]
        self.rpc.call(OPPORTUNITY + "write", *pairs)
        self._update(ids, lambda record_id: {name: last[record_id]})

    def _value(self, name: str, record_id: int) -> object:
        match name:
            case "amount":
                return Decimal(self.dice.randint(1_000, 9_000_000)) / 100
            case "conversion_probability":
                return self.dice.randint(0, 20) / 20
            case "employee":
                return self.dice.choice(self.world.employees)
            case _:
                return date(2030, 1, 1) + timedelta(days=self.dice.randint(0, 400) + record_id % 7)

    def _lead(self, number: int) -> Record:
        lead: Record = {
            name: self._value(name, number)
            for name in ("amount", "conversion_probability", "employee")
        }
        lead["description"] = f"Deal {number}"
        lead["start_date"] = date(2026, 1, 1) + timedelta(days=number % 28)
        lead["party"] = self.dice.choice(self.world.parties)
        lead["currency"] = self.dice.choice(list(self.world.currencies.values()))
        lead["marketing_campaign"] = self.dice.choice([*self.world.campaigns, None])
        if number % 5 == 0:
            line = {"product": self.dice.choice(self.world.products), "unit": self.world.unit}
            lead["lines"] = [["create", [line | {"quantity": self.dice.randint(1, 9)}]]]
        return lead

    def _update(self, ids: list[int], news: Callable[[int], Record]) -> None:
        for record_id in ids:
            self.now[record_id] = self.now[record_id] | news(record_id)

    def _log(self, action: str, ids: list[int], before: datetime) -> None:
        after = clock()
        for record_id in ids:
            values = self.now.get(record_id)
            self.changes.append(Change(record_id, action, values, before, after))
