"""The search of one object type."""

from typing import Any

from demo.servers.hubspot.call import Call
from demo.servers.hubspot.errors import invalid
from demo.servers.hubspot.filters import comparable, matcher
from demo.servers.hubspot.record import Record
from demo.servers.hubspot.rendering import next_page, render
from demo.servers.hubspot.schema import ObjectType

PAGE, RESULTS, BODY_LENGTH = 200, 10_000, 3_000


def search_objects(call: Call) -> tuple[int, Any]:
    """Live records that match, by position: `after` is how many to skip, never beyond 10,000.

    Positions move when records change between two pages, as the vendor's do. Archived records are
    not found, nor histories or associations returned.
    """
    type_ = call.object_type()
    if call.body_length > BODY_LENGTH:
        raise invalid(f"The body of a search can have {BODY_LENGTH} characters.")
    limit, skip = _whole(call, "limit", 10), _whole(call, "after", 0)
    if not 1 <= limit <= PAGE:
        raise invalid(f"limit must be between 1 and {PAGE}, got {limit}")
    if skip + limit > RESULTS:
        raise invalid(f"A search returns at most {RESULTS} results; narrow it.")
    matches = matcher(type_, call.body.get("filterGroups") or [])
    seen_until = call.store.clock.now() - round(call.portal.search_lag_seconds * 1000)
    found = [
        record
        for record in call.store.after(type_.name)
        if not record.archived and record.updated_at <= seen_until and matches(record)
    ]
    found = _sorted(type_, found, call.body.get("sorts") or [])
    properties: list[str] = call.body.get("properties") or []
    page = found[skip : skip + limit]
    answer: dict[str, Any] = {
        "total": len(found),
        "results": [render(type_, record, properties) for record in page],
    }
    if skip + limit < len(found):
        answer["paging"] = next_page(call.base_url, str(skip + limit))
    return 200, answer


def _sorted(type_: ObjectType, found: list[Record], sorts: Any) -> list[Record]:
    """One property at most; without it by creation. Records without a value come last."""
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise invalid("A search is sorted by one property at most.")
    if not sorts:
        return sorted(found, key=lambda record: record.created_at)
    # The short form is a bare name, or one with a minus before it.
    given = sorts[0]
    if isinstance(given, str):
        name, is_down = given.lstrip("-"), given.startswith("-")
    else:
        name, is_down = given.get("propertyName"), given.get("direction") == "DESCENDING"
    if name not in type_.properties:
        raise invalid(f"{type_.name} have no property {name}")
    convert = comparable(type_, name)
    valued = [record for record in found if record.properties.get(name)]
    valued.sort(key=lambda record: convert(record.properties[name]), reverse=is_down)
    return valued + [record for record in found if not record.properties.get(name)]


def _whole(call: Call, name: str, default: int) -> int:
    """A whole number of the body, also as text; raises 400."""
    value = call.body.get(name) or default
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise invalid(f"{name} must be a whole number") from None
    if number < 0:
        raise invalid(f"{name} must not be negative")
    return number
