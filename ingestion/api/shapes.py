"""Which fields the records of a stream have, and of what kinds: what a source changes unasked."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from jalur.checks import CheckResult
from jalur.paths import Home
from jalur.state import open_state

KINDS = {str: "text", int: "number", float: "number", bool: "boolean", dict: "object", list: "list"}
# Fewer records than this may lack a rare field by chance.
ENOUGH_RECORDS = 200
MOST_SHAPES = 5_000
Fields = dict[str, set[str]]


@dataclass
class Shapes:
    """The fields of the records seen so far, two levels deep; a shape is looked at once."""

    fields: Fields = field(default_factory=dict)
    records: int = 0
    # By shape (names, then types) of a record, the fields of it that are objects.
    _objects: dict[tuple[Any, ...], tuple[str, ...]] = field(default_factory=dict)
    _seen: set[tuple[Any, ...]] = field(default_factory=set)

    def add(self, records: Iterable[Any]) -> None:
        """Look at the records of a page."""
        for record in records:
            if type(record) is not dict:
                continue
            self.records += 1
            shape = (*record, *map(type, record.values()))
            objects = self._objects.get(shape)
            if objects is None:
                if len(self._objects) >= MOST_SHAPES:
                    # Records of many optional fields: what was seen is kept in `fields`.
                    self._objects.clear()
                    self._seen.clear()
                objects = tuple(name for name, value in record.items() if type(value) is dict)
                self._objects[shape] = objects
                self._note(record, "")
            for name in objects:
                value = record[name]
                inner = (name, *value, *map(type, value.values()))
                if inner not in self._seen:
                    self._seen.add(inner)
                    self._note(value, f"{name}.")

    def _note(self, level: dict[str, Any], prefix: str) -> None:
        for name, value in level.items():
            kinds = self.fields.setdefault(prefix + name, set())
            if value is not None:
                kinds.add(KINDS[type(value)])


def compare(home: Home, source: str, stream: str, shapes: Shapes) -> CheckResult:
    """A warning that names what is new, missing or of another kind than ever before."""
    known = _known_fields(home, source, stream)
    now = shapes.fields
    told = []
    if known:
        told += [f"{name} is new" for name in sorted(now.keys() - known.keys())]
        if shapes.records >= ENOUGH_RECORDS:
            told += [f"{name} is missing" for name in sorted(known.keys() - now.keys())]
        for name in sorted(now.keys() & known.keys()):
            if known[name] and (other := now[name] - known[name]):
                was, is_now = " or ".join(sorted(known[name])), " or ".join(sorted(other))
                told.append(f"{name} was {was} and is {is_now}")
    return CheckResult(
        check_name=f"{stream}_fields_as_before",
        source=source,
        entity=stream,
        severity="warning",
        status="failed" if told else "passed" if shapes.records else "skipped",
        failing_rows=len(told),
        detail="; ".join(told),
    )


def remember(home: Home, source: str, stream: str, shapes: Shapes) -> None:
    """Add what was seen to what is known; a field that is missing now is told once."""
    known = _known_fields(home, source, stream)
    with open_state(home) as state:
        if shapes.records >= ENOUGH_RECORDS:
            state.executemany(
                "delete from stream_fields where source = ? and stream = ? and field = ?",
                [(source, stream, name) for name in known.keys() - shapes.fields.keys()],
            )
        state.executemany(
            "insert or replace into stream_fields (source, stream, field, kinds)"
            " values (?, ?, ?, ?)",
            [
                (source, stream, name, json.dumps(sorted(kinds | known.get(name, set()))))
                for name, kinds in shapes.fields.items()
            ],
        )


def _known_fields(home: Home, source: str, stream: str) -> Fields:
    with open_state(home) as state:
        rows = state.execute(
            "select field, kinds from stream_fields where source = ? and stream = ?",
            (source, stream),
        ).fetchall()
    return {row["field"]: set(json.loads(row["kinds"])) for row in rows}
