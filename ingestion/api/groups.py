"""Many ids in as few calls as a source allows."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item", int, str)


def groups_of(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """The items in order, in groups of a size; the last may be smaller."""
    return [items[start : start + size] for start in range(0, len(items), size)]
