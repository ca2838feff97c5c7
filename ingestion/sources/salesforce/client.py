"""Calls to one Salesforce org: logged in when needed, patient, told in its own words."""

import warnings
from datetime import datetime
from typing import Any

from requests import Response
from requests.exceptions import RequestException
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceError,
    SalesforceExpiredSession,
)
from simple_salesforce.login import token_login
from simple_salesforce.util import call_salesforce

from ingestion.api.client import Answer, Patience, Retries, SourceError, parsed
from ingestion.sources.salesforce.answers import (
    SOURCE,
    CsvPage,
    csv_page,
    is_broken,
    is_daily_limit,
    moment_of,
    told,
)
from ingestion.sources.salesforce.login import Grant, allow_plain_text

# Compound fields are there once more in their parts; files are not for a warehouse.
NOT_READ = ("address", "location", "base64")


class SalesforceClient:
    """Calls, counted in `calls`; each raises `LimitReached`, `Refused` or another `SourceError`.

    An expired session is opened anew once per call. `began` is the org's own time at the first
    call: everything is read up to that moment.
    """

    source = SOURCE

    def __init__(
        self, url: str, version: str, client_id: str, grant: Grant, patience: Patience
    ) -> None:
        self.patience = patience
        self._url, self._version = url.rstrip("/"), version
        self._client_id, self._grant = client_id, grant
        self._retries = Retries(is_daily_limit, is_broken)
        self._session = self._retries.session(patience)
        allow_plain_text(self._session, self._url)
        self._connection: Salesforce | None = None
        self._began: datetime | None = None
        self._described: dict[str, dict[str, Any]] = {}

    @property
    def calls(self) -> int:
        return self._retries.calls

    @property
    def began(self) -> datetime:
        """The org's clock at the first call of this client, which is made now if there was none."""
        if self._began is None:
            self.get("limits")
        assert self._began is not None
        return self._began

    def get(self, path: str, params: dict[str, Any] | None = None) -> Answer:
        return self._answer("GET", path, params=params)

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        return self._answer("POST", path, json=body)

    def delete(self, path: str) -> None:
        self._ask("DELETE", path)

    def query(self, soql: str) -> Answer:
        """The first page of a query, with what is deleted or archived."""
        return self.get("queryAll", {"q": soql})

    def count(self, of: str) -> int:
        """How many records there are, such as of `Lead WHERE IsConverted = true`."""
        return int(self.query(f"SELECT COUNT() FROM {of}").body["totalSize"])

    def describe(self, sobject: str) -> dict[str, Any]:
        """What the org says of an object; asked for once."""
        if sobject not in self._described:
            answer = self.get(f"sobjects/{sobject}/describe")
            self._described[sobject] = answer.body
        return self._described[sobject]

    def fields(self, sobject: str) -> list[str]:
        """The fields that can be read, the company's own among them."""
        described = self.describe(sobject)["fields"]
        return [each["name"] for each in described if each["type"] not in NOT_READ]

    def rows(self, path: str, params: dict[str, Any]) -> CsvPage:
        """A page of a bulk result."""
        response = self._ask("GET", path, params=params)
        return csv_page(response, f"{SOURCE}: GET /{path}")

    def _answer(self, method: str, path: str, **kwargs: Any) -> Answer:
        response = self._ask(method, path, **kwargs)
        return Answer(parsed(response), moment_of(response, f"{SOURCE}: /{path}"))

    def _ask(self, method: str, path: str, **kwargs: Any) -> Response:
        # The path without its query: that is long, and may hold what nobody should read in a log.
        what = f"{SOURCE}: {method} /{path}"
        try:
            try:
                response = self._call(method, path, **kwargs)
            except SalesforceExpiredSession:
                self._connection = None
                response = self._call(method, path, **kwargs)
        except SalesforceAuthenticationFailed as error:
            raise SourceError(
                f"{SOURCE}: the login is refused: {error.code}: {(error.auth_message or '')[:300]}"
            ) from None
        except SalesforceError as error:
            raise told(what, error) from None
        except RequestException as error:
            # The text of the error may hold the address with its query.
            raise SourceError(f"{what}: {type(error).__name__}") from None
        if is_broken(response):
            raise SourceError(f"{what}: the answer is not what is documented")
        if self._began is None:
            self._began = moment_of(response, f"{SOURCE}: /{path}")
        return response

    def _call(self, method: str, path: str, **kwargs: Any) -> Response:
        if self._connection is None:
            self._connection = self._log_in()
        connection = self._connection
        return call_salesforce(
            connection.base_url + path, method, self._session, connection.headers, **kwargs
        )

    def _log_in(self) -> Salesforce:
        with warnings.catch_warnings():
            # Its advice is for the one who reads the error that comes with it.
            warnings.simplefilter("ignore")
            try:
                token, instance = token_login(
                    f"{self._url}/services/oauth2/token",
                    self._grant(), "", self._client_id, None, None, self._session,
                )  # fmt: skip
            except AttributeError:
                # It takes every answer for one of OAuth, which the error of a server is not.
                raise SourceError(f"{SOURCE}: the login is not answered as documented") from None
        return Salesforce(
            instance=instance, session_id=token, session=self._session, version=self._version
        )
