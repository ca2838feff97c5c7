"""The queries that are asked: records after a place, in the order of a time and then of the id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

# Records of one answer; Salesforce gives no more.
PAGE = 2000
# A request line may have 16,384 bytes.
LONGEST_QUERY = 15_000


@dataclass(frozen=True)
class Place:
    """Where reading goes on: after the record of this time and id, or at the time itself."""

    moment: datetime
    record_id: str | None = None


def select(fields: Sequence[str], sobject: str) -> str:
    """All records."""
    return f"SELECT {', '.join(fields)} FROM {sobject}"


def page_by_time(
    fields: Sequence[str], sobject: str, cursor: str, place: Place | None, until: datetime
) -> str:
    """The next records of a window that ends at a moment, in the order of the cursor field."""
    conditions = [f"{cursor} <= {literal(until)}"]
    if place is not None and place.record_id is None:
        conditions.append(f"{cursor} >= {literal(place.moment)}")
    elif place is not None:
        at = literal(place.moment)
        conditions.append(
            f"({cursor} > {at} OR ({cursor} = {at} AND Id > {text(place.record_id or '')}))"
        )
    where = " AND ".join(conditions)
    return f"{select(fields, sobject)} WHERE {where} ORDER BY {cursor}, Id LIMIT {PAGE}"


def page_by_id(fields: Sequence[str], sobject: str, after: str | None, where: str = "") -> str:
    """The next records in the order of their ids."""
    conditions = [where] if where else []
    if after is not None:
        conditions.append(f"Id > {text(after)}")
    chosen = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"{select(fields, sobject)}{chosen} ORDER BY Id LIMIT {PAGE}"


def since(fields: Sequence[str], sobject: str, cursor: str, moment: datetime | None) -> str:
    """Everything from a moment on, in whatever order suits the server."""
    where = "" if moment is None else f" WHERE {cursor} >= {literal(moment)}"
    return select(fields, sobject) + where


def is_long(query: str) -> bool:
    """Whether a query does not fit into the address of a call."""
    return len(quote(query)) > LONGEST_QUERY


def literal(moment: datetime) -> str:
    """A moment as queries write it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def text(value: str) -> str:
    """A text as queries write it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
