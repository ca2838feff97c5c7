"""Run a query on the store: the records it finds, in order, and how each goes over the wire."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from demo.servers.salesforce.errors import ApiError, invalid_field
from demo.servers.salesforce.fields import Field
from demo.servers.salesforce.history import Record
from demo.servers.salesforce.objects import BY_LOWER, OBJECTS, SObject
from demo.servers.salesforce.soql import parse
from demo.servers.salesforce.soql_tree import Order, Path
from demo.servers.salesforce.soql_where import Getter, Test, comparable, compile_where
from demo.servers.salesforce.store import Store

# What a reference to several objects can be asked for.
_NAME_FIELDS = {"id": "Id", "name": "Name", "type": "Type"}


@dataclass(frozen=True)
class Column:
    """A selected field: its path as the API spells it, and how to read it from a record."""

    path: Path
    references: tuple[str, ...]
    get: Getter
    type: str


@dataclass
class Result:
    """Records found, and the columns to show of each."""

    sobject: SObject
    columns: list[Column]
    records: list[Record]
    count: int | None = None


class Plan:
    """A query that was checked against the objects of the org, ready to run any number of times."""

    def __init__(self, store: Store, text: str) -> None:
        """Raises an ApiError if the text is no SOQL or asks for what is not there."""
        self.store = store
        self.query = query = parse(text)
        self.sobject = sobject_named(query.sobject)
        finder = Finder(store, self.sobject)
        self.columns = [finder.column(path) for path in query.paths]
        self.counted = finder.column((query.count,)).get if query.count else None
        self.order = [(*finder.field(order.path), order) for order in query.order]
        self.test: Test | None = None
        if query.where is not None:
            self.test = compile_where(query.where, finder.field, store.clock.now.date())

    def run(self, with_deleted: bool) -> Result:
        """What the query finds now."""
        query = self.query
        records = self.store.all(self.sobject.name, with_deleted)
        if self.test is not None:
            records = [record for record in records if self.test(record)]
        for field, get, order in reversed(self.order):
            records = _sorted(records, field, get, order)
        stop = None if query.limit is None else query.offset + query.limit
        records = records[query.offset : stop]
        if query.count is None:
            return Result(self.sobject, self.columns, records)
        if self.counted is not None:
            records = [record for record in records if self.counted(record) is not None]
        return Result(self.sobject, [], [], len(records))


def sobject_named(name: str) -> SObject:
    """The object of that name in any case; an ApiError INVALID_TYPE if there is none."""
    sobject = BY_LOWER.get(name.lower())
    if sobject is None:
        raise ApiError(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return sobject


class Finder:
    """Finds fields of an object and of its parents, up to five levels on."""

    def __init__(self, store: Store, sobject: SObject) -> None:
        self.store = store
        self.sobject = sobject

    def field(self, path: Path) -> tuple[Field, Getter]:
        """The field at the end of a path, and how to read it."""
        column, field = self._find(path)
        return field, column.get

    def column(self, path: Path) -> Column:
        """The selected column of a path."""
        return self._find(path)[0]

    def _find(self, path: Path) -> tuple[Column, Field]:
        # Queries may begin paths with the name of the object itself.
        if len(path) > 1 and path[0].lower() == self.sobject.name.lower():
            path = path[1:]
        sobject = self.sobject
        steps: list[str] = []
        spelled: list[str] = []
        for place, step in enumerate(path[:-1]):
            reference = sobject.relationships.get(step.lower())
            if reference is None or place == 5:
                raise invalid_field(
                    f"Didn't understand relationship '{step}' in field path of '{sobject.name}'."
                )
            steps.append(reference.name)
            spelled.append(str(reference.relationship))
            if len(reference.refers_to) > 1:
                return self._polymorphic(steps, spelled, path[place + 1 :])
            sobject = OBJECTS[reference.refers_to[0]]
        field = sobject.by_lower.get(path[-1].lower())
        if field is None:
            raise invalid_field(f"No such column '{path[-1]}' on entity '{sobject.name}'.")
        get = self._getter(steps, lambda record: record[field.name])
        return Column((*spelled, field.name), tuple(steps), get, field.type), field

    def _polymorphic(
        self, steps: list[str], spelled: list[str], rest: Path
    ) -> tuple[Column, Field]:
        name = _NAME_FIELDS.get(rest[0].lower()) if len(rest) == 1 else None
        if name is None:
            raise invalid_field(f"No such column '{rest[0]}' on entity 'Name'.")
        field = Field(name, "string")

        def last(record: Record) -> Any:
            if name != "Type":
                return record[name]
            found = self.store.find(record["Id"])
            return found[0].name if found else None

        return Column((*spelled, name), tuple(steps), self._getter(steps, last), "string"), field

    def _getter(self, steps: list[str], last: Callable[[Record], Any]) -> Getter:
        if not steps:
            return last

        def get(record: Record) -> Any:
            parent = self.parent(record, steps)
            return None if parent is None else last(parent)

        return get

    def parent(self, record: Record, steps: list[str]) -> Record | None:
        """The record that the references lead to, if each of them is set."""
        for step in steps:
            found = self.store.find(record[step] or "")
            if found is None:
                return None
            record = found[1]
        return record


def _sorted(records: list[Record], field: Field, get: Getter, order: Order) -> list[Record]:
    nulls = [record for record in records if get(record) is None]
    rest = [record for record in records if get(record) is not None]
    rest.sort(key=lambda record: comparable(field, get(record)), reverse=order.is_descending)
    return rest + nulls if order.nulls_last else nulls + rest
