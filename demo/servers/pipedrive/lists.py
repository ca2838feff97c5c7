"""Lists of the second version of the API: filters, an order, and pages that follow a key."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from starlette.datastructures import QueryParams

from demo.servers.pipedrive.cursors import cursor_of, place_of
from demo.servers.pipedrive.errors import ApiError
from demo.servers.pipedrive.records import Record
from demo.servers.pipedrive.store import Store

PAGE, MOST, IDS = 100, 500, 100
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_PAGED = {"limit", "cursor"}
_SORTED = _PAGED | {"sort_by", "sort_direction"}
_WINDOW = {"updated_since", "updated_until"}
# What each list takes; anything else is refused.
PARAMETERS = {
    "deals": _SORTED | _WINDOW | {"ids", "status", "owner_id", "pipeline_id", "stage_id"},
    "persons": _SORTED | _WINDOW | {"ids", "owner_id"},
    "organizations": _SORTED | _WINDOW | {"ids", "owner_id"},
    "activities": _SORTED | _WINDOW | {"ids", "owner_id", "deal_id", "done"},
    "products": _SORTED | {"ids", "owner_id"},
    "pipelines": _SORTED,
    "stages": _SORTED | {"pipeline_id"},
}
STATUSES = {"open", "won", "lost", "deleted"}
ORDERS = ("id", "add_time", "update_time", "order_nr")


def listed(
    store: Store, kind: str, query: QueryParams, is_kept: Callable[[Record], bool], archived: bool
) -> dict[str, Any]:
    """A page of the records that a query asks for."""
    unknown = set(query) - PARAMETERS[kind]
    if unknown:
        raise ApiError(400, f"{', '.join(sorted(unknown))} is not allowed")
    found = [
        each
        for each in store.of_kind(kind)
        if is_kept(each)
        and each.get("is_archived", False) is archived
        and _matches(kind, each, query)
    ]
    answer = page_of(found, query)
    answer["data"] = [shown(record) for record in answer["data"]]
    return answer


def shown(record: Record) -> Record:
    """A record as it goes out: of a deleted deal the status is no other."""
    is_deleted_deal = record["is_deleted"] and "status" in record
    return record | {"status": "deleted"} if is_deleted_deal else record


def page_of(found: Iterable[Record], query: QueryParams) -> dict[str, Any]:
    """The page after a cursor, in the order asked for; ties go by id."""
    order = query.get("sort_by", "id")
    if order not in ORDERS:
        raise ApiError(400, f"sort_by {order} is not allowed")
    is_down = query.get("sort_direction", "asc") == "desc"

    def key(record: Record) -> tuple[Any, int]:
        return record[order], record["id"]

    records = sorted(found, key=key, reverse=is_down)
    if "cursor" in query:
        place = place_of(query["cursor"])
        last = (place.get("fieldValue"), place["id"])
        records = [each for each in records if (key(each) < last if is_down else key(each) > last)]
    limit = whole(query, "limit", PAGE)
    page, cursor = records[:limit], None
    if len(records) > limit:
        last = key(page[-1])
        cursor = cursor_of({"field": order, "fieldValue": last[0], "id": last[1]})
    return {"success": True, "data": page, "additional_data": {"next_cursor": cursor}}


def whole(query: QueryParams, name: str, default: int) -> int:
    """A whole number of the query between 1 and the most that a page has."""
    text = query.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= MOST:
        raise ApiError(400, f"{name} must be between 1 and {MOST}")
    return int(text)


def numbers(query: QueryParams, name: str) -> set[int]:
    """Ids, separated by commas."""
    parts = query[name].split(",")
    if len(parts) > IDS or not all(part.isdigit() for part in parts):
        raise ApiError(400, f"{name} must be up to {IDS} ids, separated by commas")
    return set(map(int, parts))


def _matches(kind: str, record: Record, query: QueryParams) -> bool:
    if not _has_status(kind, record, query):
        return False
    for name in ("updated_since", "updated_until"):
        if name in query and not _TIME.fullmatch(query[name]):
            raise ApiError(400, f"{name} is not a valid datetime")
    if "updated_since" in query and record["update_time"] < query["updated_since"]:
        return False
    if "updated_until" in query and record["update_time"] >= query["updated_until"]:
        return False
    if "ids" in query and record["id"] not in numbers(query, "ids"):
        return False
    equal = ("owner_id", "pipeline_id", "stage_id", "deal_id")
    return all(str(record[name]) == query[name] for name in equal if name in query)


def _has_status(kind: str, record: Record, query: QueryParams) -> bool:
    """Without a status what is not deleted; the deleted ones of other kinds are in no list."""
    if kind != "deals" or "status" not in query:
        return not record["is_deleted"]
    asked = set(query["status"].split(","))
    if not asked <= STATUSES:
        raise ApiError(400, "status must be of open, won, lost, deleted")
    return ("deleted" if record["is_deleted"] else record["status"]) in asked
