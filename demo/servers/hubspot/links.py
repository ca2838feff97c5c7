"""Associations between records, kept in both directions."""

from collections import defaultdict

from demo.servers.hubspot.association_types import PRIMARY, type_ids

End = tuple[str, int]
"""An object type's plural name and a record's number."""


class Links:
    """From each end to the others: an ordered map of number to the association's type ids."""

    def __init__(self) -> None:
        self._to: dict[End, dict[str, dict[int, tuple[int, ...]]]] = defaultdict(dict)

    def add(self, one: End, other: End, is_primary: bool = False) -> None:
        """Connect two records; of several primary companies the last one is the primary."""
        if is_primary:
            start, company = (other, one) if one[0] == "companies" else (one, other)
            for number in self.of(start, company[0]):
                self._connect(start, (company[0], number), is_primary=False)
        self._connect(one, other, is_primary)

    def _connect(self, one: End, other: End, is_primary: bool) -> None:
        for start, end in ((one, other), (other, one)):
            ends = self._to[start].setdefault(end[0], {})
            ends[end[1]] = type_ids(start[0], end[0], is_primary)

    def remove(self, one: End, other: End) -> None:
        for start, end in ((one, other), (other, one)):
            self._to.get(start, {}).get(end[0], {}).pop(end[1], None)

    def of(self, start: End, to_type: str) -> dict[int, tuple[int, ...]]:
        """The numbers of the other ends, in the order of association."""
        found = self._to.get(start)
        return found.get(to_type, {}) if found else {}

    def clear(self, start: End) -> None:
        """Cut everything from a record."""
        for to_type, ends in list(self._to.pop(start, {}).items()):
            for number in ends:
                self._to[to_type, number].get(start[0], {}).pop(start[1], None)

    def move(self, losers: list[End], winner: End) -> None:
        """Give a merged record the associations of both; the first one's primaries stay primary."""
        for loser in losers:
            for to_type, ends in list(self._to.get(loser, {}).items()):
                primary = PRIMARY.get((loser[0], to_type))
                for number, types in list(ends.items()):
                    taken = self.of(winner, to_type)
                    has_primary = any(primary in each for each in taken.values())
                    if number not in taken:
                        is_primary = primary in types and not has_primary
                        self.add(winner, (to_type, number), is_primary)
            self.clear(loser)
