"""One record of the CRM with the past of its properties."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Change(NamedTuple):
    """A value that a property took; `at` in milliseconds since 1970, the empty text clears it."""

    value: str
    at: int
    source_type: str = "CRM_UI"
    source_id: str | None = None
    user_id: int | None = None


@dataclass(slots=True)
class Record:
    """Current values as text, and the changes of those properties that ever changed.

    A property without an entry in `changes` has had its value since the record was created: most
    have, and 20,000 deals should stay small.
    """

    id: int
    properties: dict[str, str]
    created_at: int
    updated_at: int
    archived: bool = False
    archived_at: int | None = None
    changes: dict[str, list[Change]] = field(default_factory=dict)

    def history(self, name: str) -> list[Change]:
        """All changes of a property, oldest first; of equal moments the later write comes later."""
        if name in self.changes:
            return self.changes[name]
        value = self.properties.get(name)
        return [] if value is None else [Change(value, self.created_at)]

    def write(self, name: str, change: Change) -> bool:
        """Add a change unless the value is the same; tell whether anything changed."""
        if self.properties.get(name, "") == change.value:
            return False
        self.changes[name] = [*self.history(name), change]
        self.properties[name] = change.value
        return True
