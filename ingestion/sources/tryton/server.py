"""Calls of one Tryton: the methods of its models, by session (JSON-RPC) or by key (REST)."""

import base64
from dataclasses import replace
from typing import Any

import orjson

from ingestion.api.client import Answer, ApiClient, SourceError
from ingestion.sources.tryton.session import UNAUTHORIZED
from jalur.errors import ConfigurationError

BAD_REQUEST, FORBIDDEN = 400, 403
# Where a company has not set it (`records_limit`), the server refuses a limit above this.
LIMIT = 2000
# Ids in one call that reads: long lists cost it memory.
BATCH = 500

Context = dict[str, Any]


class Refused(SourceError):
    """Tryton understood who asked and would not answer this; to ask again is of no use."""


class Tryton:
    """`by_key` says which of its two doors the client knocks at; both have the same rooms."""

    def __init__(self, client: ApiClient, *, by_key: bool) -> None:
        self.source = client.source
        self._client, self._by_key = client, by_key

    def call(
        self, model: str, method: str, arguments: dict[str, Any], context: Context | None = None
    ) -> Answer:
        """The result as the server sent it; the arguments in the order of the method's own.

        Raises `Refused`, `ConfigurationError` where the key is rejected, or `SourceError`.
        """
        if self._by_key:
            return self._rest(model, method, arguments, context or {})
        body = {
            "id": 0,
            "method": f"model.{model}.{method}",
            "params": [*arguments.values(), context or {}],
        }
        answer = self._client.post("rpc/", body)
        if not isinstance(answer.body, dict) or "result" not in answer.body:
            raise Refused(f"{self.source}: {model}.{method}: {_told(answer.body)}")
        return replace(answer, body=answer.body["result"])

    def _rest(self, model: str, method: str, arguments: dict[str, Any], context: Context) -> Answer:
        packed = base64.urlsafe_b64encode(orjson.dumps(context)).decode()
        path = f"rest/model/{model}/{method}"
        try:
            return self._client.post(path, arguments, {"X-Tryton-Context": packed})
        except SourceError as problem:
            if problem.status == UNAUTHORIZED:
                raise ConfigurationError(
                    "JALUR_TRYTON_KEY: Tryton rejected it; its user has to validate a user"
                    " application of the kind REST"
                ) from None
            if problem.status in {BAD_REQUEST, FORBIDDEN}:
                raise Refused(str(problem)) from None
            raise

    def fields(self, model: str) -> dict[str, Any]:
        """The fields of a model that this user may read, by name."""
        found = self.call(model, "fields_get", {"fields_names": []}).body
        return dict(found)

    def search(self, model: str, domain: list[Any], limit: int = LIMIT) -> Answer:
        """Ids in ascending order, of what is switched off, too."""
        arguments = {"domain": domain, "offset": 0, "limit": limit, "order": [["id", "ASC"]]}
        return self.call(model, "search", arguments, {"active_test": False})

    def search_read(
        self, model: str, domain: list[Any], fields: list[str], context: Context | None = None
    ) -> Answer:
        """Records in ascending order of their ids, of what is switched off, too."""
        arguments = {
            "domain": domain,
            "offset": 0,
            "limit": None,
            "order": [["id", "ASC"]],
            "fields_names": fields,
        }
        return self.call(model, "search_read", arguments, {"active_test": False} | (context or {}))

    def all_ids(self, model: str, domain: list[Any] | None = None) -> list[int]:
        """The ids of all that this user may see, or of a domain, page by page."""
        found: list[int] = []
        while True:
            after = [["id", ">", found[-1]]] if found else []
            ids = self.search(model, [*after, domain or []]).body
            found += ids
            if len(ids) < LIMIT:
                return found


def _told(body: Any) -> str:
    """What the server says is wrong: the first of its error; the second is its own traceback."""
    error = body.get("error") if isinstance(body, dict) else None
    return str(error[0])[:300] if isinstance(error, list) and error else "no result"
