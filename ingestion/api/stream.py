"""What a source over an API is made of: streams, and the pages that they are read in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# A JSON object that says how far a stream has been read; what is in it is the stream's own affair.
Bookmark = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """The records of one answer, as the source sent them, and where reading goes on after them.

    Reading a stream with `bookmark` must bring everything that was not on this page or before it.
    `moment` (aware) is the source's own clock when it answered. `gone` are ids of records that the
    source does not have any more. Records that `came_back` are later than whatever was landed of
    them, also where the source itself keeps their old update time. `stream` is the stream that the
    records belong to, where that is not the one that is being read. Where a page `is_text`, its
    answer was CSV, whose values are texts whatever they are otherwise. `unchanged` counts records
    of the answer that were left out because they are landed just so.
    """

    records: Sequence[Any]
    bookmark: Bookmark
    origin: str
    moment: datetime
    gone: Sequence[str] = ()
    came_back: bool = False
    stream: "Stream | None" = None
    is_text: bool = False
    unchanged: int = 0


@dataclass(frozen=True)
class Stream:
    """One kind of record of a source; `name` is the table that it is landed in.

    `key`, `updated_at`, `deleted` and `deleted_at` are paths into a record, steps joined by dots;
    the time of a record that is deleted is that of its deletion. A record without one of the keys,
    or with a time that cannot be read, goes to the quarantine.
    Where `updated_at` is None the source has no such time, and its clock when it answered stands
    for it. A stream that cannot be read by itself comes with the pages of another. Where the source
    refuses one that `is_optional` (it needs a permission, or a product that not everybody has), a
    warning says so, and the others are read.
    """

    name: str
    key: tuple[str, ...]
    read: Callable[[Bookmark], Iterator[Page]] | None = None
    updated_at: str | None = None
    deleted: str | None = None
    deleted_at: str | None = None
    agreement: "Agreement | None" = None
    is_optional: bool = False


@dataclass(frozen=True)
class Agreement:
    """What a source says twice: the stage of a deal, and the end of the deal's history.

    A source may show an entry of a history late, without touching the deal, which no cursor tells.
    `disagreeing` are the ids of which both differ as landed, the latest landed first; `read` gives
    such records and their histories whole once more, in pages of which the bookmark says nothing.
    """

    disagreeing: Callable[[], list[str]]
    read: Callable[[Sequence[str]], Iterator[Page]]


def value_at(record: Any, path: str) -> Any:
    """The value at a path of a record; None where any step of it is missing."""
    if type(record) is dict and "." not in path:
        # Nearly always so, and asked of every record.
        return record.get(path)
    for step in path.split("."):
        if not isinstance(record, dict):
            return None
        record = record.get(step)
    return record
