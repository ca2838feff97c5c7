"""What Google's answers mean: rows, errors, and the two kinds of a quota."""

from typing import Any

from requests import Response

from ingestion.api.client import message_of, parsed
from ingestion.api.stream import value_at

# A quota that lasts longer ends the sync; what is told to be shorter is waited for.
LONGEST_WAIT = 600
LONG_TERM = "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION"


def rows_of(body: Any) -> list[Any]:
    """The rows of a stream's answer, which comes in parts."""
    return [row for part in body for row in part.get("results", [])]


def is_error(body: Any) -> bool:
    """A success that is none: a stream that fails half way says so in its last part."""
    return not isinstance(body, list) or any(
        not isinstance(part, dict)
        or "error" in part
        or not isinstance(part.get("results", []), list)
        for part in body
    )


def is_quota_of_the_day(response: Response) -> bool:
    """A quota that does not come back within minutes."""
    wait = seconds_to_wait(response)
    return (wait is not None and wait > LONGEST_WAIT) or LONG_TERM in _codes(response)


def is_quota(response: Response) -> bool:
    """Too many calls, or too dear ones, whatever the status."""
    return not response.ok and any(
        "EXHAUSTED" in code or "EXCESSIVE" in code for code in _codes(response)
    )


def seconds_to_wait(response: Response) -> float | None:
    """How long Google asks to wait, such as `30s`."""
    waits = []
    for error in _errors(response):
        text = value_at(error, "details.quotaErrorDetails.retryDelay")
        if isinstance(text, str):
            try:
                waits.append(float(text.removesuffix("s")))
            except ValueError:
                continue
    return max(waits, default=None)


def told(body: Any) -> str:
    """The message, and the codes of what is wrong: the message alone says little."""
    codes = [f"{kind} {code}" for error in _errors_in(body) for kind, code in _code(error)]
    return " ".join([message_of(_first(body)), *(f"({code})" for code in codes)]).strip()


def _codes(response: Response) -> list[str]:
    if response.ok:
        return []
    return [
        code for error in _errors(response) for kind, code in _code(error) if kind == "quotaError"
    ]


def _code(error: Any) -> list[tuple[str, str]]:
    found = value_at(error, "errorCode")
    return [(kind, str(code)) for kind, code in found.items()] if isinstance(found, dict) else []


def _errors(response: Response) -> list[Any]:
    return [] if response.ok else _errors_in(parsed(response))


def _errors_in(body: Any) -> list[Any]:
    """The errors of a `GoogleAdsFailure`."""
    details = value_at(_first(body), "error.details")
    found = [value_at(each, "errors") for each in details] if isinstance(details, list) else []
    return [error for errors in found if isinstance(errors, list) for error in errors]


def _first(body: Any) -> Any:
    """A stream sends its error in a list."""
    return body[0] if isinstance(body, list) and body else body
