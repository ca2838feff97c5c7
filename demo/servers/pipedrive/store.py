"""The company's records in memory, and everything that can happen to them.

Times come from the store's clock, so a test decides when something happened. Nothing here knows
HTTP; the API only reads.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from demo.servers.pipedrive.clock import Clock
from demo.servers.pipedrive.records import (
    FIRST_TO_LOG,
    LOGGED,
    NEW,
    Record,
    new_record,
    with_consequences,
)


class Change(NamedTuple):
    """One entry of a deal's change log; `number` grows over the whole company."""

    number: int
    field: str
    old: Any
    new: Any
    user_id: int
    at: str


class Store:
    """One company. Kinds are plural names (`deals`), ids are whole numbers."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.records: dict[str, dict[int, Record]] = {kind: {} for kind in NEW}
        self.logs: dict[int, list[Change]] = {}
        self.items: dict[int, list[Record]] = {}
        self._last_id = dict.fromkeys(NEW, 0)
        self._last_number = 0

    def create(self, kind: str, record_id: int | None = None, **values: Any) -> int:
        """Add a record that is created now; return its id."""
        number = self._last_id[kind] + 1 if record_id is None else record_id
        if number in self.records[kind]:
            raise ValueError(f"{kind} {number} is there already")
        self._last_id[kind] = max(self._last_id[kind], number)
        self.records[kind][number] = new_record(kind, number, self.clock.text, values)
        return number

    def update(self, kind: str, record_id: int, user_id: int = 1, **values: Any) -> None:
        """Change values now. Same values change nothing, not even times."""
        record, now = self.records[kind][record_id], self.clock.text
        unknown = values.keys() - record.keys()
        if unknown:
            raise ValueError(f"{kind} have no field {', '.join(sorted(unknown))}")
        if kind == "deals":
            values = with_consequences(record, values, now)
        changed = [name for name, value in values.items() if record[name] != value]
        if not changed:
            return
        if kind == "deals":
            first = [name for name in FIRST_TO_LOG if name in changed]
            last = [name for name in changed if name == "status"]
            between = [name for name in changed if name not in (*first, *last)]
            for name in (*first, *between, *last):
                self._log(record_id, name, record[name], values[name], user_id)
        record |= values
        record["update_time"] = now

    def archive(self, deal_id: int) -> None:
        """Put a deal aside: it is in a list of its own then."""
        self.update("deals", deal_id, is_archived=True, archive_time=self.clock.text)

    def unarchive(self, deal_id: int) -> None:
        self.update("deals", deal_id, is_archived=False, archive_time=None)

    def delete(self, kind: str, record_id: int, is_update: bool = True) -> None:
        """Mark as deleted; whether that is an update of the record is the test's to say."""
        record = self.records[kind][record_id]
        record["is_deleted"] = True
        if is_update:
            record["update_time"] = self.clock.text

    def restore(self, kind: str, record_id: int, is_update: bool = True) -> None:
        """Take back what was marked as deleted."""
        record = self.records[kind][record_id]
        record["is_deleted"] = False
        if is_update:
            record["update_time"] = self.clock.text

    def purge(self, kind: str, record_id: int) -> None:
        """Remove for good: as if it had never been."""
        del self.records[kind][record_id]
        if kind == "deals":
            self.logs.pop(record_id, None)
            self.items.pop(record_id, None)

    def merge(self, loser: int, winner: int) -> None:
        """Merge a deal into another: the other keeps its values, and gets those that it lacks.

        The first one is deleted. Nothing in either of them names the other.
        """
        deals = self.records["deals"]
        lacking = {
            name: deals[loser][name]
            for name in ("person_id", "org_id", "expected_close_date", "source_lead_id")
            if deals[winner][name] is None and deals[loser][name] is not None
        }
        self.update("deals", winner, **lacking)
        deals[winner]["update_time"] = self.clock.text
        for activity in self.records["activities"].values():
            if activity["deal_id"] == loser:
                activity |= {"deal_id": winner, "update_time": self.clock.text}
        self.delete("deals", loser)

    def attach(self, deal_id: int, product_id: int, price: float) -> None:
        """Give a deal a product, once; the deal counts as updated."""
        deal = self.records["deals"][deal_id]
        items = self.items.setdefault(deal_id, [])
        items.append(
            {
                "id": deal_id * 100 + len(items),
                "deal_id": deal_id,
                "product_id": product_id,
                "name": self.records["products"][product_id]["name"],
                "item_price": price,
                "quantity": 1,
                "sum": price,
                "currency": deal["currency"],
                "is_enabled": True,
                "add_time": self.clock.text,
                "update_time": self.clock.text,
            }
        )
        deal["update_time"] = self.clock.text

    def detach(self, deal_id: int) -> None:
        """Take all products from a deal."""
        self.items.pop(deal_id, None)
        self.records["deals"][deal_id]["update_time"] = self.clock.text

    def of_kind(self, kind: str) -> Iterator[Record]:
        """Records in the order of their ids, deleted ones too."""
        for number in sorted(self.records[kind]):
            yield self.records[kind][number]

    def _log(self, deal_id: int, name: str, old: Any, new: Any, user_id: int) -> None:
        self._last_number += 1
        key = LOGGED.get(name, name)
        entry = Change(self._last_number, key, old, new, user_id, self.clock.text)
        self.logs.setdefault(deal_id, []).append(entry)
