"""Salesforce's own words for a refusal: a status, a code, a message."""

from typing import Any


class ApiError(Exception):
    """An answer other than the one that was asked for."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> list[dict[str, Any]]:
        """The JSON body: always a list, even of one error."""
        return [{"message": self.message, "errorCode": self.code}]


def malformed(message: str) -> ApiError:
    """A query that is no SOQL, or not the SOQL that is spoken here."""
    return ApiError(400, "MALFORMED_QUERY", message)


def invalid_field(message: str) -> ApiError:
    """A query about a field that the object lacks, or that cannot be asked that."""
    return ApiError(400, "INVALID_FIELD", message)


def not_found(message: str = "The requested resource does not exist") -> ApiError:
    """Nothing is there."""
    return ApiError(404, "NOT_FOUND", message)


def error_body(status: int) -> Any:
    """The body of a simulated failure of the platform, for the fault middleware."""
    if status == 403:
        return ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.").body()
    if status == 503:
        return ApiError(503, "SERVER_UNAVAILABLE", "The server is too busy to answer.").body()
    return ApiError(status, "UNKNOWN_EXCEPTION", "An unexpected error occurred.").body()
