"""A session of a user who logs in with a password; one that has run out is opened once more."""

import base64
from typing import Any

from requests import PreparedRequest, Response
from requests.auth import AuthBase

from ingestion.api.client import TOO_MANY_REQUESTS, ApiClient, LimitReached, Patience, SourceError
from jalur.errors import ConfigurationError

UNAUTHORIZED = 401


class Nobody(AuthBase):
    """Asks without saying who asks: how one logs in."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


class Session(AuthBase):
    """Logs in when first needed. Raises `ConfigurationError` where the server says no.

    A rejected login is never tried again: each one makes the server refuse that user for longer.
    """

    def __init__(
        self, source: str, base_url: str, login: str, password: str, patience: Patience | None
    ) -> None:
        self._client = ApiClient(
            source,
            base_url,
            Nobody(),
            patience=patience,
            is_exhausted=lambda response: response.status_code == TOO_MANY_REQUESTS,
        )
        self._login, self._password = login, password
        self._authorization = ""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        self._authorization = self._authorization or self._opened()
        request.headers["Authorization"] = self._authorization
        request.register_hook("response", self._once_more)
        return request

    def _once_more(self, response: Response, **options: Any) -> Response:
        """The answer in a new session, where the old one is over."""
        if response.status_code != UNAUTHORIZED:
            return response
        # The connection is used again only when its answer was read.
        _ = response.content
        response.close()
        self._authorization = self._opened()
        request = response.request.copy()
        request.headers["Authorization"] = self._authorization
        again: Response = response.connection.send(request, **options)
        again.history.append(response)
        return again

    def _opened(self) -> str:
        body = {
            "id": 0,
            "method": "common.db.login",
            "params": [self._login, {"password": self._password}],
        }
        try:
            answer = self._client.post("rpc/", body).body
        except LimitReached:
            raise ConfigurationError(
                f"JALUR_TRYTON_LOGIN: Tryton takes no login of {self._login} for a while, because"
                " too many were rejected; wait some minutes, and see to the password"
            ) from None
        except SourceError as refused:
            if refused.status != UNAUTHORIZED:
                raise
            raise ConfigurationError(
                f"JALUR_TRYTON_LOGIN, JALUR_TRYTON_PASSWORD: Tryton rejected {self._login}"
            ) from None
        if not isinstance(answer, dict) or not isinstance(answer.get("result"), list):
            raise SourceError("tryton: the login was not answered as documented")
        user_id, token = answer["result"][:2]
        triple = f"{self._login}:{user_id}:{token}".encode()
        return "Session " + base64.b64encode(triple).decode()
