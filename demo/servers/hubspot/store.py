"""The portal's records in memory, and everything that can happen to them.

Times come from the store's clock, so a test decides when something happened. Nothing here knows
HTTP; the API only reads.
"""

from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping

from demo.servers.hubspot.clock import Clock, to_text
from demo.servers.hubspot.directory import Directory
from demo.servers.hubspot.links import Links
from demo.servers.hubspot.marketing_store import Marketing
from demo.servers.hubspot.merging import merged_record
from demo.servers.hubspot.record import Change, Record
from demo.servers.hubspot.schema import ObjectType, Property, object_types

FIRST_ID = 100_001


class Store:
    """One portal. Object types are plural names (`deals`), ids are whole numbers."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.types: dict[str, ObjectType] = object_types()
        self.directory = Directory(self.clock)
        self.links = Links()
        self.marketing = Marketing()
        self._records: dict[str, dict[int, Record]] = {name: {} for name in self.types}
        self._order: dict[str, list[int]] = {name: [] for name in self.types}
        self._moved: dict[str, dict[int, int]] = {name: {} for name in self.types}
        self._next_id = FIRST_ID

    def define(self, kind: str, name: str, type_: str = "string") -> None:
        """Add a custom property to an object type."""
        self.types[kind].properties[name] = Property(name, type_, is_custom=True)

    def create(self, kind: str, properties: Mapping[str, str], record_id: int | None = None) -> int:
        """Add a record that is created now; return its id. Raises ValueError if the id is taken."""
        now = self.clock.now()
        return self.put(kind, Record(self._free_id(record_id), {}, now, now), properties)

    def put(self, kind: str, record: Record, properties: Mapping[str, str]) -> int:
        """Add a record whose times (and changes) the caller knows, such as one of an import."""
        type_ = self._checked(kind, properties)
        if record.id in self._records[kind] or record.id in self._moved[kind]:
            raise ValueError(f"{kind} {record.id} is there already")
        record.properties.update(properties)
        record.properties["hs_object_id"] = str(record.id)
        record.properties.setdefault(type_.created, to_text(record.created_at))
        record.properties[type_.modified] = to_text(record.updated_at)
        self._records[kind][record.id] = record
        insort(self._order[kind], record.id)
        return record.id

    def update(
        self,
        kind: str,
        record_id: int,
        properties: Mapping[str, str],
        user_id: int | None = None,
    ) -> None:
        """Change values now; an empty text clears. Same values change nothing, not even times."""
        self._checked(kind, properties)
        record, now = self[kind, record_id], self.clock.now()
        source = None if user_id is None else f"userId:{user_id}"
        written = [
            record.write(name, Change(value, now, "CRM_UI", source, user_id))
            for name, value in properties.items()
        ]
        if any(written):
            self._touch(kind, record)

    def archive(self, kind: str, record_id: int) -> None:
        """Move to the recycling bin. The last modification stays what it was."""
        record = self[kind, record_id]
        record.archived, record.archived_at = True, self.clock.now()

    def restore(self, kind: str, record_id: int) -> None:
        """Take back from the recycling bin, which is a modification."""
        record = self[kind, record_id]
        record.archived, record.archived_at = False, None
        self._touch(kind, record)

    def delete(self, kind: str, record_id: int) -> None:
        """Remove for good, with all associations: as if it had never been."""
        found = self[kind, record_id].id
        self._take_out(kind, found)
        self.links.clear((kind, found))

    def merge(
        self,
        kind: str,
        primary: int,
        other: int,
        record_id: int | None = None,
        keep_id: bool = False,
    ) -> int:
        """Merge two records and return the id of the one that remains.

        As documented that is a new record: both old ids are gone from lists and lead to it. With
        `keep_id` the primary keeps its id, as contacts and companies did before.
        """
        first, second = self[kind, primary], self[kind, other]
        if first is second:
            raise ValueError("a record is not merged with itself")
        new_id = first.id if keep_id else self._free_id(record_id)
        merged = merged_record(self.types[kind], first, second, new_id, self.clock.now())
        gone = [second.id] if keep_id else [first.id, second.id]
        self.links.move([(kind, each) for each in gone], (kind, new_id))
        for each in gone:
            self._take_out(kind, each)
            self._moved[kind][each] = new_id
        if not keep_id:
            insort(self._order[kind], new_id)
        self._records[kind][new_id] = merged
        return new_id

    def associate(
        self,
        kind: str,
        record_id: int,
        to_kind: str,
        to_id: int,
        is_primary: bool = False,
    ) -> None:
        """Connect two records, both of which must exist; no modification time changes."""
        self.links.add(
            (kind, self[kind, record_id].id), (to_kind, self[to_kind, to_id].id), is_primary
        )

    def dissociate(self, kind: str, record_id: int, to_kind: str, to_id: int) -> None:
        """Cut what connects two records, if anything does."""
        self.links.remove((kind, record_id), (to_kind, to_id))

    def __getitem__(self, key: tuple[str, int]) -> Record:
        """The record under an id, or the one it was merged into; raises KeyError."""
        kind, id_ = key
        while id_ in self._moved[kind]:
            id_ = self._moved[kind][id_]
        return self._records[kind][id_]

    def get(self, kind: str, record_id: str) -> Record | None:
        """Like `[]`, for an id as text; None for what is not there."""
        try:
            return self[kind, int(record_id)]
        except (KeyError, ValueError):
            return None

    def after(self, kind: str, record_id: int = 0) -> Iterator[Record]:
        """Records with higher ids than this, archived ones too, in the order of ids."""
        order = self._order[kind]
        for position in range(bisect_right(order, record_id), len(order)):
            yield self._records[kind][order[position]]

    def linked(self, kind: str, record_id: int, to_kind: str) -> dict[int, tuple[int, ...]]:
        """Type ids by number of the live records that a record is associated with."""
        there = self._records[to_kind]
        ends = self.links.of((kind, record_id), to_kind).items()
        return {number: types for number, types in ends if not there[number].archived}

    def _take_out(self, kind: str, record_id: int) -> None:
        del self._records[kind][record_id]
        self._order[kind].remove(record_id)

    def _touch(self, kind: str, record: Record) -> None:
        record.updated_at = self.clock.now()
        record.properties[self.types[kind].modified] = to_text(record.updated_at)

    def _checked(self, kind: str, properties: Mapping[str, str]) -> ObjectType:
        type_ = self.types[kind]
        unknown = sorted(set(properties) - type_.properties.keys())
        if unknown:
            raise ValueError(f"{kind} have no property {', '.join(unknown)}; define it first")
        return type_

    def _free_id(self, record_id: int | None) -> int:
        if record_id is None:
            record_id, self._next_id = self._next_id, self._next_id + 1
        return record_id
