"""A second opinion: Tryton's JSON-RPC in the fewest lines, sharing nothing with the connector."""

import base64
import gzip
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Record = dict[str, Any]

TIMEOUT_SECONDS = 120


class RpcError(Exception):
    """What the server refused, in its own words: its `error` member, or the HTTP status."""


def decoded(found: dict[str, Any]) -> Any:
    """JSON has neither times nor decimals: Tryton sends them as objects with a `__class__`."""
    match found.get("__class__"):
        case "datetime":
            names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            return datetime(*(found[name] for name in names))
        case "date":
            return date(found["year"], found["month"], found["day"])
        case "Decimal":
            return Decimal(found["decimal"])
        case _:
            return found


def encoded(value: object) -> dict[str, Any]:
    """The same the other way, for `json.dumps(default=...)`."""
    # A datetime is a date, too, so it has to be asked for first.
    if isinstance(value, datetime):
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime"} | {name: getattr(value, name) for name in names}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    raise TypeError(f"{value!r} has no form in Tryton's JSON")


@dataclass
class Rpc:
    """One user in one database. `context` goes along with each call: the company, the employee."""

    url: str
    """Of the database, with a slash at its end: `http://127.0.0.1:8000/jalur/`."""
    login: str
    password: str
    context: Record = field(default_factory=dict)
    calls: int = 0
    _authorization: str = ""

    def log_in(self) -> None:
        """Open a session. Its token authorizes every further call."""
        answer = self._post("common.db.login", [self.login, {"password": self.password}])
        user_id, token = answer[:2]
        triple = f"{self.login}:{user_id}:{token}"
        self._authorization = "Session " + base64.b64encode(triple.encode()).decode()

    def call(self, method: str, *params: object, context: Record | None = None) -> Any:
        """`model.<name>.<method>` with its parameters; the context is always the last of them."""
        return self._post(method, [*params, self.context | (context or {})])

    def _post(self, method: str, params: list[Any]) -> Any:
        body = {"id": self.calls, "method": method, "params": params}
        self.calls += 1
        headers = {"Authorization": self._authorization} if self._authorization else {}
        answer = post(self.url + "rpc/", body, headers)
        if "error" in answer:
            raise RpcError(f"{method}: {answer['error']}")
        return answer["result"]


def by_key(
    url: str, key: str, model: str, method: str, context: Record | None = None, **arguments: object
) -> Any:
    """The same methods through the REST API, for a user application's key instead of a session."""
    headers = {"Authorization": f"Bearer {key}"}
    if context:
        text = json.dumps(context, default=encoded).encode()
        headers["X-Tryton-Context"] = base64.urlsafe_b64encode(text).decode()
    return post(f"{url}rest/model/{model}/{method}", arguments, headers)


def post(url: str, body: Record, headers: dict[str, str]) -> Any:
    """Send JSON, and decode what comes back. Raises `RpcError` where the status says no."""
    request = urllib.request.Request(
        url,
        data=json.dumps(body, default=encoded).encode(),
        # The gzip always: the server calls every long answer so, but zips it only when asked to.
        headers={"Content-Type": "application/json", "Accept-Encoding": "gzip"} | headers,
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            text = response.read()
            if response.headers.get("Content-Encoding") == "gzip":
                text = gzip.decompress(text)
    except urllib.error.HTTPError as refused:
        with refused:
            raise RpcError(f"{url}: {refused.code} {refused.reason}") from None
    return json.loads(text, object_hook=decoded)
