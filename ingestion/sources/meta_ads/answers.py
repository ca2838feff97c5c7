"""What Meta's answers mean: its limits come as 400, and how long they last in a header."""

from typing import Any

import orjson
from requests import Response

from ingestion.api.client import message_of, parsed
from ingestion.api.stream import value_at

# Too many calls: of the app, of the user, of the ad account, and those of the business use cases.
LIMITS = {4, 17, 32, 613} | set(range(80000, 80015))
# What is wrong with the token is told by Meta with the token.
BAD_TOKEN = 190
USAGE = "X-Business-Use-Case-Usage"
# A pause that lasts longer ends the sync; what is told to be shorter is waited for.
LONGEST_WAIT = 600


def is_limit(response: Response) -> bool:
    """Too many calls, whatever the status."""
    return _code(parsed(response)) in LIMITS


def is_long_limit(response: Response) -> bool:
    """A limit that does not pass within minutes."""
    wait = seconds_to_wait(response)
    return wait is not None and wait > LONGEST_WAIT


def seconds_to_wait(response: Response) -> float | None:
    """How long Meta expects the limit to last; None where it says nothing of it."""
    if not is_limit(response):
        return None
    try:
        usage = orjson.loads(response.headers.get(USAGE, ""))
        minutes = [
            float(case["estimated_time_to_regain_access"])
            for cases in usage.values()
            for case in cases
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    longest = max(minutes, default=0.0)
    return longest * 60 if longest > 0 else None


def is_error(body: Any) -> bool:
    """A success that is none: what is read has either data or an id."""
    if not isinstance(body, dict) or "error" in body:
        return True
    return not isinstance(body.get("data"), list) and not isinstance(body.get("id"), str)


def told(body: Any) -> str:
    """The code and the message, but never a token."""
    code = _code(body)
    if code == BAD_TOKEN:
        return "(#190) the access token is refused: it is wrong, has ended, or was withdrawn"
    message = message_of(body)
    return message if message.startswith("(#") or code is None else f"(#{code}) {message}"


def _code(body: Any) -> Any:
    return value_at(body, "error.code")
