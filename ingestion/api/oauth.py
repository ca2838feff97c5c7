"""Access tokens that are granted for something that lasts longer: a refresh token, a signed JWT."""

import re
import time
from collections.abc import Callable

from requests import PreparedRequest
from requests.auth import AuthBase
from requests.exceptions import RequestException

from ingestion.api.client import Patience, Retries, SourceError, never, parsed
from jalur.errors import ConfigurationError

# A token is renewed so many seconds before it is over: clocks differ, and calls take time.
MARGIN = 120
# Where the server does not say for how long a token is good.
SHORTEST = 600
# The code of an error by RFC 6749; whatever else stands there may repeat what was sent.
CODE = re.compile(r"[a-z_]{3,60}")
Form = Callable[[], dict[str, str]]


class GrantedToken(AuthBase):
    """Asks the token endpoint `url` with a form when first needed, and again when the token ends.

    Raises `ConfigurationError`, naming the `settings`, where the endpoint says no.
    """

    def __init__(
        self, source: str, url: str, form: Form, settings: str, patience: Patience | None = None
    ) -> None:
        self._source, self._url, self._form, self._settings = source, url, form, settings
        self._session = Retries(never, lambda answer: not isinstance(parsed(answer), dict)).session(
            patience or Patience()
        )
        self._token, self._ends = "", 0.0

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if time.monotonic() >= self._ends:
            self._renew()
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _renew(self) -> None:
        try:
            response = self._session.post(self._url, data=self._form())
        except RequestException as error:
            # The text of the error may hold what was sent.
            raise SourceError(f"{self._source}: the login: {type(error).__name__}") from None
        body = parsed(response)
        answer = body if isinstance(body, dict) else {}
        if response.status_code in (400, 401, 403):
            code = answer.get("error")
            told = f": {code}" if isinstance(code, str) and CODE.fullmatch(code) else ""
            raise ConfigurationError(f"{self._settings}: {self._source} rejected the login{told}")
        token = answer.get("access_token")
        if not response.ok or not isinstance(token, str) or not token:
            raise SourceError(
                f"{self._source}: the login is not answered as documented"
                f" (HTTP {response.status_code})"
            )
        lasts = answer.get("expires_in")
        seconds = lasts if isinstance(lasts, int) else SHORTEST
        self._token, self._ends = token, time.monotonic() + max(seconds - MARGIN, 1)
