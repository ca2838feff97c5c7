"""A deal's change log as the first version of the API tells it: newest first, values as texts."""

import json
from typing import Any

from starlette.datastructures import QueryParams

from demo.servers.pipedrive.clock import to_old_text
from demo.servers.pipedrive.cursors import cursor_of, place_of
from demo.servers.pipedrive.lists import PAGE, whole
from demo.servers.pipedrive.store import Change


def log_page(changes: list[Change], query: QueryParams) -> dict[str, Any]:
    """A page of the changes, after a cursor."""
    limit = whole(query, "limit", PAGE)
    newest_first = sorted(changes, key=lambda change: -change.number)
    if "cursor" in query:
        last = place_of(query["cursor"])["id"]
        newest_first = [change for change in newest_first if change.number < last]
    page = newest_first[:limit]
    cursor = cursor_of({"id": page[-1].number}) if len(newest_first) > limit else None
    return {
        "success": True,
        "data": [_entry(change) for change in page],
        "additional_data": {"next_cursor": cursor},
    }


def _entry(change: Change) -> dict[str, Any]:
    return {
        "field_key": change.field,
        "old_value": _as_text(change.old),
        "new_value": _as_text(change.new),
        "actor_user_id": change.user_id,
        "time": to_old_text(change.at),
        "change_source": "app",
        "change_source_user_agent": "Mozilla/5.0",
        "is_bulk_update_flag": False,
    }


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
