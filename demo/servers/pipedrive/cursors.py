"""Cursors: texts that mean nothing to a client, and the place to go on from to the server."""

import base64
import binascii
import json
from typing import Any

from demo.servers.pipedrive.errors import ApiError


def cursor_of(place: dict[str, Any]) -> str:
    """A place as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(cursor: str) -> dict[str, Any]:
    """The place that a cursor means; raises ApiError for what was never given out."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        place = None
    if not isinstance(place, dict) or "id" not in place:
        raise ApiError(400, "cursor is invalid")
    return place
