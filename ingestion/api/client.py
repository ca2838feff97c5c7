"""HTTP with one source: patient with what passes, plain about what does not, silent on secrets."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
from dlt.sources.helpers.requests import Client as RetryingClient
from dlt.sources.helpers.rest_client.client import RESTClient
from requests import Response, Session, exceptions
from requests.auth import AuthBase

from jalur.errors import JalurError

PASSING = (
    exceptions.ConnectionError,
    exceptions.Timeout,
    exceptions.ChunkedEncodingError,
    exceptions.ContentDecodingError,
)
TOO_MANY_REQUESTS = 429


class SourceError(JalurError):
    """A source refused, or did not answer as documented, however often it was asked.

    `status` is that of its HTTP answer, where that was no success.
    """

    status: int | None = None


class LimitReached(SourceError):
    """The source answers no more for a while: what was read stays, the next run goes on there."""


@dataclass(frozen=True)
class Patience:
    """How long to go on asking; pauses are in seconds, double each time, and obey Retry-After."""

    attempts: int = 12
    first_pause: float = 1.0
    longest_pause: float = 60.0
    timeout: float = 60.0


@dataclass(frozen=True)
class Answer:
    """A JSON answer, and the source's own clock (aware) when it gave it."""

    body: Any
    moment: datetime


def never(_response: Response) -> bool:
    """No answer of this source says that a quota is used up."""
    return False


def unsaid(_response: Response) -> float | None:
    """No answer of this source says how long to wait, but by the header Retry-After."""
    return None


class Retries:
    """Which answers of a source are asked for again, and the sessions that do so; `calls` counts.

    Asked again: no connection, time-outs, cut answers, 429, 5xx, a success that `is_broken`, and
    what `is_limited`, whatever its status; `seconds_to_wait` reads how long an answer asks for.
    `is_exhausted` tells the refusals that do not pass within minutes.
    """

    def __init__(
        self,
        is_exhausted: Callable[[Response], bool],
        is_broken: Callable[[Response], bool],
        is_limited: Callable[[Response], bool] = never,
        seconds_to_wait: Callable[[Response], float | None] = unsaid,
    ) -> None:
        self.calls = 0
        self._is_exhausted, self._is_broken = is_exhausted, is_broken
        self._is_limited, self._seconds_to_wait = is_limited, seconds_to_wait

    def session(self, patience: Patience) -> Session:
        """A session that asks again, each of its requests as long as `patience` says."""
        return RetryingClient(
            request_timeout=patience.timeout,
            raise_for_status=False,
            status_codes=(),
            exceptions=PASSING,
            request_max_attempts=patience.attempts,
            retry_condition=self._passes,
            request_backoff_factor=patience.first_pause,
            request_max_retry_delay=patience.longest_pause,
        ).session

    def _passes(self, response: Response | None, exception: BaseException | None) -> bool:
        """Whether asking again may help."""
        self.calls += 1
        if exception is not None or response is None:
            return False
        if self._is_exhausted(response):
            return False
        if (seconds := self._seconds_to_wait(response)) is not None:
            # Where the session looks for it.
            response.headers["Retry-After"] = str(math.ceil(seconds))
        if (
            self._is_limited(response)
            or response.status_code == TOO_MANY_REQUESTS
            or response.status_code >= 500
        ):
            return True
        return response.ok and self._is_broken(response)


class ApiClient:
    """Requests to one source, counted in `calls`.

    Asked again: what passes (`Retries`), and a success that is no JSON object or of which
    `is_wrong` holds. `is_exhausted` tells the 429s (or 403s) that do not pass within minutes: they
    raise `LimitReached`, and so does what `is_limited` for as long as it was asked. `headers` go
    with every request; `told` finds what a refusal says is wrong, without any secret.
    """

    def __init__(
        self,
        source: str,
        base_url: str,
        auth: AuthBase,
        *,
        patience: Patience | None = None,
        is_exhausted: Callable[[Response], bool] = never,
        is_wrong: Callable[[Any], bool] = lambda _body: False,
        headers: dict[str, str] | None = None,
        is_limited: Callable[[Response], bool] = never,
        seconds_to_wait: Callable[[Response], float | None] = unsaid,
        told: Callable[[Any], str] | None = None,
    ) -> None:
        self.source = source
        self._is_exhausted, self._is_wrong, self._is_limited = is_exhausted, is_wrong, is_limited
        self._told = told or message_of
        self._retries = Retries(is_exhausted, self._is_broken, is_limited, seconds_to_wait)
        session = self._retries.session(patience or Patience())
        # A redirect would take the header with the token along to wherever it leads.
        session.max_redirects = 0
        self._client = RESTClient(base_url, headers, auth, session=session)
        # The source's own clock (aware) at its first answer, once there was one.
        self.began: datetime | None = None

    @property
    def calls(self) -> int:
        return self._retries.calls

    def get(self, path: str, params: dict[str, Any] | None = None) -> Answer:
        """The answer to a GET; raises `LimitReached` or `SourceError`."""
        return self._ask("GET", path, lambda: self._client.get(path, params=params))

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        """The answer to a POST of a JSON body that only reads; raises as `get` does."""
        return self._ask("POST", path, lambda: self._client.post(path, json=body, headers=headers))

    def _ask(self, method: str, path: str, ask: Callable[[], Response]) -> Answer:
        # The path without its query: that may hold what nobody should read in a log.
        what = f"{self.source}: {method} /{path.partition('?')[0].lstrip('/')}"
        try:
            response = ask()
        except exceptions.RequestException as error:
            # The text of the error may hold the address with its query.
            raise SourceError(f"{what}: {type(error).__name__}") from None
        if self._is_exhausted(response) or self._is_limited(response):
            raise LimitReached(
                f"{what}: the quota of calls is used up; the next run goes on where this one ended"
            )
        if not response.ok:
            message = self._told(parsed(response))[:300]
            told = f": {message}" if message else ""
            refused = SourceError(f"{what}: HTTP {response.status_code}{told}")
            refused.status = response.status_code
            raise refused
        if self._is_broken(response):
            raise SourceError(f"{what}: the answer is not what is documented")
        moment = _moment(response)
        if moment is None:
            raise SourceError(f"{what}: the answer does not say when it was given (header Date)")
        self.began = self.began or moment
        return Answer(parsed(response), moment)

    def _is_broken(self, response: Response) -> bool:
        body = parsed(response)
        return body is None or self._is_wrong(body)


def parsed(response: Response) -> Any:
    """The JSON of an answer, read once; None where it is none."""
    kept = vars(response)
    if "parsed" not in kept:
        kept["parsed"] = _json(response.content)
    return kept["parsed"]


def _json(content: bytes) -> Any:
    """None where it is no JSON; the slower reader takes half a character, too, as some send it."""
    for read in (orjson.loads, json.loads):
        try:
            return read(content)
        except ValueError:
            continue
    return None


def message_of(body: Any) -> str:
    """What the source says is wrong; it never repeats a token."""
    if not isinstance(body, dict):
        return ""
    # Google's errors lie in an object, those of RFC 9457 have a detail.
    inner = body["error"] if isinstance(body.get("error"), dict) else body
    message = inner.get("message") or inner.get("detail") or inner.get("error")
    return message if isinstance(message, str) else ""


def _moment(response: Response) -> datetime | None:
    """The source's own clock: bookmarks go by it, and ours may be wrong."""
    try:
        return parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None
