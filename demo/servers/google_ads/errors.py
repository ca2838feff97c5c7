"""Errors as Google sends them: a status of RPC, and a failure with codes of its own."""

from typing import Any

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
FAILURE = "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"


class ApiError(Exception):
    """Raised by handlers; becomes the answer of the call."""

    def __init__(
        self, status: int, kind: str, code: str, message: str, details: Any = None
    ) -> None:
        super().__init__(message)
        self.status = status
        error: dict[str, Any] = {"errorCode": {kind: code}, "message": message}
        if details is not None:
            error["details"] = details
        self.error = {
            "code": status,
            "message": "Request contains an invalid argument." if status == 400 else message,
            "status": STATUSES.get(status, "UNKNOWN"),
            "details": [{"@type": FAILURE, "errors": [error], "requestId": "loopback"}],
        }

    @property
    def body(self) -> Any:
        """A stream sends it in a list."""
        return [{"error": self.error}]


def invalid(code: str, message: str) -> ApiError:
    """A query that can never succeed as it is."""
    return ApiError(400, "queryError", code, message)


def exhausted(seconds: int, rate: str, code: str = "RESOURCE_EXHAUSTED") -> ApiError:
    """Too many operations; the quota is there again after so many seconds."""
    message = f"Too many requests. Retry in {seconds} seconds."
    details = {"rateScope": "DEVELOPER", "rateName": rate, "retryDelay": f"{seconds}s"}
    return ApiError(429, "quotaError", code, message, {"quotaErrorDetails": details})


def any_error(status: int) -> Any:
    """The body of a simulated fault; 429 passes within seconds, 200 breaks off in a stream."""
    if status == 429:
        return exhausted(2, "Requests per account", "RESOURCE_TEMPORARILY_EXHAUSTED").body
    code = 500 if status == 200 else status
    return ApiError(code, "internalError", "INTERNAL_ERROR", "An internal error has occurred.").body
