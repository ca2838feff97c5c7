"""Errors in the vendor's shape."""

from typing import Any


class ApiError(Exception):
    """Raised by handlers; becomes the response of the call."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = {}
        self.body = body_of(status, message)


def body_of(status: int, message: str) -> dict[str, Any]:
    """What an error says."""
    return {
        "success": False,
        "error": message,
        "errorCode": status,
        "error_info": "Please check developers.pipedrive.com",
        "data": None,
        "additional_data": None,
    }


def any_error(status: int) -> dict[str, Any]:
    """The body of a simulated fault; 200 is an error in disguise."""
    return body_of(500 if status == 200 else status, "Something went wrong on our side.")
