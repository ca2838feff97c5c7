"""Errors in Meta's shape; limits come as 400, and how long they last in a header."""

import json
from typing import Any


class ApiError(Exception):
    """Raised by handlers; becomes the answer of the call."""

    def __init__(self, status: int, code: int, message: str, subcode: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = {}
        error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code}
        if subcode is not None:
            error["error_subcode"] = subcode
        self.body = {"error": error | {"fbtrace_id": "loopback"}}


def limited(code: int, minutes: int | None = None, account: int = 0) -> ApiError:
    """Too many calls; the header is left out where it would not say for how long."""
    text = "There have been too many calls to this ad-account. Wait a bit and try again."
    error = ApiError(400, code, f"(#{code}) {text}", 2446079)
    if minutes is not None:
        usage = {"type": "ads_insights", "call_count": 100, "total_cputime": 41, "total_time": 38}
        usage["estimated_time_to_regain_access"] = minutes
        error.headers["X-Business-Use-Case-Usage"] = json.dumps({str(account): [usage]})
    return error


def any_error(status: int) -> Any:
    """The body of a simulated fault; 400 is a limit, 200 an error in disguise."""
    if status == 400:
        return limited(80000).body
    return ApiError(status, 2, "Service temporarily unavailable").body
