"""Many ids in as few calls as a source allows."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item", int, str)


def groups_of(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """The items in order, in groups of a size; the last may be smaller."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def ids_of(records: Iterable[Any]) -> tuple[list[str], list[Any]]:
    """The ids of records in order, and the records without one, which can only be quarantined."""
    ids: list[str] = []
    broken: list[Any] = []
    for record in records:
        found = record.get("id") if isinstance(record, dict) else None
        if isinstance(found, str | int) and found != "":
            ids.append(str(found))
        else:
            broken.append(record)
    return ids, broken
