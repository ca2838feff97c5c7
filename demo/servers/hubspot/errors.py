"""Errors in the vendor's shape: a status, a category, and an id to ask support about."""

import uuid
from typing import Any


class ApiError(Exception):
    """Raised by handlers; becomes the response of the call."""

    def __init__(self, status: int, category: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = {}
        self.body: dict[str, Any] = {
            "status": "error",
            "message": message,
            "correlationId": str(uuid.uuid4()),
            "category": category,
            **details,
        }


def invalid(message: str, **details: Any) -> ApiError:
    """A request that can never succeed as it is."""
    return ApiError(400, "VALIDATION_ERROR", message, **details)


def not_found(message: str) -> ApiError:
    """404."""
    return ApiError(404, "OBJECT_NOT_FOUND", message)


def rate_limited(policy: str, message: str) -> ApiError:
    """429 has no category, but the type of error and the name of the limit that was hit."""
    error = ApiError(429, "", message, errorType="RATE_LIMIT", policyName=policy)
    del error.body["category"]
    error.body["requestId"] = uuid.uuid4().hex
    return error


def any_error(status: int) -> dict[str, Any]:
    """The body of a simulated fault; 429 names the burst limit, 200 is an error in disguise."""
    if status == 429:
        return rate_limited("TEN_SECONDLY_ROLLING", "Ten secondly rolling limit reached.").body
    category = "RATE_LIMITS" if status == 200 else "INTERNAL_ERROR"
    return ApiError(status, category, "Something went wrong on our side.").body
